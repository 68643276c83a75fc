// Workbench comforts. Every page works without this file: drafts that survive an ended session, screenshots pasted into a form, and
// shortcuts that only move or open (off until the person turns them on). Written for Chromium 109.
(function () {
  "use strict";
  var store = null;
  try { store = window.localStorage; } catch (e) { store = null; }

  // Drafts: what was typed is kept in this browser until it was sent or the person signs out.
  var prefix = "ronda-draf:";
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (el) {
      return el.name && el.type !== "hidden" && el.type !== "file" && el.type !== "password" && el.type !== "submit";
    });
  }
  function save(form) {
    var data = {};
    fields(form).forEach(function (el) {
      if ((el.type === "radio" || el.type === "checkbox") && !el.checked) return;
      (data[el.name] = data[el.name] || []).push(el.value);
    });
    try { store.setItem(prefix + form.dataset.draft, JSON.stringify(data)); } catch (e) { /* full: the form itself still holds it */ }
  }
  function restore(form) {
    var raw = store.getItem(prefix + form.dataset.draft);
    if (!raw || document.querySelector(".faults")) return;
    var data;
    try { data = JSON.parse(raw); } catch (e) { return; }
    fields(form).forEach(function (el) {
      if (!(el.name in data)) return;
      if (el.type === "radio" || el.type === "checkbox") el.checked = data[el.name].indexOf(el.value) >= 0;
      else el.value = data[el.name][0];
    });
  }
  if (store) {
    var sent = store.getItem(prefix + "dikirim");
    if (sent && !document.querySelector('form[data-draft="' + sent + '"]') && !document.querySelector("#login")) {
      store.removeItem(prefix + sent);
      store.removeItem(prefix + "dikirim");
    }
    document.querySelectorAll("form[data-draft]").forEach(function (form) {
      restore(form);
      form.addEventListener("input", function () { save(form); });
      form.addEventListener("submit", function () { save(form); store.setItem(prefix + "dikirim", form.dataset.draft); });
    });
    document.querySelectorAll('form[action$="/keluar"]').forEach(function (form) {
      form.addEventListener("submit", function () {
        Object.keys(store).forEach(function (k) { if (k.indexOf(prefix) === 0) store.removeItem(k); });
      });
    });
  }

  // Screenshots: a picture in the clipboard goes into the form's file field.
  document.addEventListener("paste", function (e) {
    var form = document.querySelector("form[data-paste]");
    var input = form && form.querySelector("input[type=file]");
    var files = e.clipboardData && e.clipboardData.files;
    if (!input || !files || !files.length) return;
    var all = new DataTransfer();
    Array.prototype.forEach.call(input.files, function (f) { all.items.add(f); });
    Array.prototype.forEach.call(files, function (f) { if (/^image\//.test(f.type)) all.items.add(f); });
    input.files = all.files;
    e.preventDefault();
  });

  // Shortcuts (WCAG 2.1.4): only with the cookie that the page /kerja/pintasan sets.
  if (document.cookie.indexOf("ronda_pintasan=ya") < 0) return;
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
  var at = -1, g = false;
  var english = location.pathname.indexOf("/en/") === 0 ? "/en" : "";
  function go(path) { location.href = english + path; }
  function mark(n) {
    if (!rows.length) return;
    if (at >= 0) rows[at].removeAttribute("aria-current");
    at = Math.max(0, Math.min(rows.length - 1, n));
    rows[at].setAttribute("aria-current", "true");
    rows[at].scrollIntoView({ block: "nearest" });
    var link = rows[at].querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
  }
  function jump(id) {
    var el = document.getElementById(id);
    if (el) { el.scrollIntoView(); el.setAttribute("tabindex", "-1"); el.focus({ preventScroll: true }); }
  }
  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable) return;
    if (g) {
      g = false;
      if (e.key === "a") go("/kerja/antrean");
      if (e.key === "m") go("/kerja/antrean?pilih=saya");
      if (e.key === "t") go("/kerja/antrean?pilih=hari-ini");
      return;
    }
    switch (e.key) {
      case "j": mark(at + 1); break;
      case "k": mark(at - 1); break;
      case "x":
        var box = at >= 0 && rows[at].querySelector("input[type=checkbox]");
        if (box) box.checked = !box.checked;
        break;
      case "/":
        var search = document.getElementById("cari");
        if (search) { search.focus(); e.preventDefault(); }
        break;
      case "g": g = true; break;
      case "b": jump("buku-jaga"); break;
      case "l": jump("serupa"); break;
      case "h": jump("kajian"); break;
      case "?": go("/kerja/pintasan"); break;
    }
  });
})();
