// Passkeys. A button of [data-key] appears only where the browser can use them at this address; everything else on the page works without.
(() => {
  "use strict";
  const bytes = s => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  const text = b => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function post(path, body) {
    const res = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "same-origin" });
    const said = await res.json();
    if (!res.ok) throw Object.assign(new Error(), { words: said.error });
    return said;
  }

  // What the server writes as base64url, the browser wants as bytes.
  function wanted(o) {
    const p = o.publicKey;
    p.challenge = bytes(p.challenge);
    if (p.user) p.user.id = bytes(p.user.id);
    for (const list of [p.excludeCredentials, p.allowCredentials]) for (const c of list || []) c.id = bytes(c.id);
    return { publicKey: p };
  }

  function given(c) {
    const r = c.response, out = { clientDataJSON: text(r.clientDataJSON) };
    for (const k of ["attestationObject", "authenticatorData", "signature", "userHandle"]) if (r[k]) out[k] = text(r[k]);
    if (r.getTransports) out.transports = r.getTransports();
    return { id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment || undefined, clientExtensionResults: c.getClientExtensionResults(), response: out };
  }

  for (const box of document.querySelectorAll("[data-key]")) {
    const d = box.dataset, button = box.querySelector("button"), fault = box.querySelector(".fault");
    if (!window.PublicKeyCredential || location.hostname !== d.host) continue;
    box.hidden = false;
    button.addEventListener("click", async () => {
      fault.hidden = true;
      button.disabled = true;
      try {
        const ask = await post(d.begin, {}), how = wanted(ask.options);
        const key = d.key === "add" ? await navigator.credentials.create(how) : await navigator.credentials.get(how);
        const name = d.name ? document.getElementById(d.name).value : "";
        const end = await post(d.finish, { ticket: ask.ticket, name: name, to: d.to, answer: given(key) });
        location.assign(end.to);
      } catch (e) {
        fault.textContent = e.words || d.failed;
        fault.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
