package api

// Statements is the store of platforms' statements of reasons.
type Statements interface{}
