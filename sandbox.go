package ronda

// SandboxKey is the identity of an address within the sandbox: practice with a real address never claims it, and never finds a real case by it.
func SandboxKey(key string) string { return "sandbox:" + key }

// IdentityOf is the identity under which a case claims one of its addresses.
func (c Case) IdentityOf(it Item) string {
	if c.Sandbox && it.Key != "" {
		return SandboxKey(it.Key)
	}
	return it.Key
}
