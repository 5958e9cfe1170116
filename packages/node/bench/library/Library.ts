/**
 * Loads the library of the command line, and does nothing: what the start of any verb rests on.
 */
import "effect/cli"
