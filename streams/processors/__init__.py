"""The processors, thin steps around pure functions: admit, resolve, suggest, unify, notify."""
