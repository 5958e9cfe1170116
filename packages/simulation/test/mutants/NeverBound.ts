/**
 * H15: an agent that agreed to one plan agrees to the next as well.
 */
import * as Original from "@chorus/coordination-core/vote/Voting"
import * as HashMap from "effect/HashMap"

export * from "@chorus/coordination-core/vote/Voting"

export const cast: typeof Original.cast = (session, world, answer) =>
  Original.cast({
    ...session,
    votes: HashMap.filter(session.votes, (vote) => vote.agent !== answer.agent)
  }, world, answer)
