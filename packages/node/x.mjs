import "effect/cli"
