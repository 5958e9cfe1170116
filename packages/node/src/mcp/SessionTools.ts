/**
 * Tools about the sessions that an agent is a member of: inbox, answer, escalate, status.
 */
import type * as Rows from "../api/Rows.ts"
import * as Desk from "./Desk.ts"
import { Problem } from "./Problem.ts"
import { input, is, output } from "./Shape.ts"
import { brief, make, nextOf } from "./Tool.ts"

const session = { type: "string" } as const

/** Sessions at length in one answer, and messages of each; the resource of a session has all. */
const [sessionsMax, messagesMax] = [3, 8]
/** A plan as it is rendered has at most so many characters. */
const planLengthMax = 6000

export const inbox = make({
  name: "chorus_inbox",
  description: "Your sessions with plans, votes, messages. acknowledge: you read all.",
  input: input({ acknowledge: { type: "boolean" } }),
  output: output({ waiting: is.objects, more: is.integer }),
  is: "look",
  call: async (desk, { acknowledge = false }) => {
    if (acknowledge) await desk.call("note", { agent: desk.agent, stage: "acknowledged", noted: [] })
    const { sessions: open } = await Desk.situation(desk)
    const sessions = [...open].sort((a, b) => rank(desk, a) - rank(desk, b))
    return {
      next: nextOf(desk, sessions[0]),
      found: {
        waiting: sessions.slice(0, sessionsMax).map((row) => atLength(desk, row)),
        more: Math.max(0, sessions.length - sessionsMax)
      },
      lengthMax: planLengthMax,
      shown: sessions.slice(0, sessionsMax).map((row) => shownBy(desk, row))
    }
  }
})

/** What the agent sees of a session at length; of many messages nobody can tell which it saw. */
const shownBy = (desk: Desk.Settings, row: Rows.SessionDetail) => ({
  session: row.session,
  items: Desk.unseen(desk, row)
    .filter(({ kind }) => kind !== "message" || row.messages.length <= messagesMax)
    .map(({ item }) => item)
})

/** What waits for this agent's vote comes first, then what has no plan yet, then what others owe. */
const rank = (desk: Desk.Settings, row: Rows.SessionRow): number =>
  row.status !== "active" ? 3 : row.plan === undefined ? 1 : Desk.stanceOf(desk, row) === "none" ? 0 : 2

const atLength = (desk: Desk.Settings, row: Rows.SessionDetail) => {
  const { messages, plans, rulings, tasks, waits_because } = row
  const plan = plans.find(({ ruled }) => ruled) ?? plans[0]
  return {
    ...brief(desk, row),
    tasks,
    ...(plan === undefined ? {} : {
      plan_text: plan.text,
      ...(plan.answers === undefined ? {} : { plan_answers: plan.answers }),
      votes: plan.votes.map(({ agent, reason, stance }) => ({ agent, stance, reason }))
    }),
    messages: messages.slice(-messagesMax).map(({ agent, text }) => ({ agent, text })),
    ...(waits_because.length === 0 ? {} : { waits_for_a_person: waits_because }),
    ...(rulings.length === 0 ? {} : { decision: rulings.find(({ counts }) => counts)?.decision ?? "" }),
    all: `chorus://session/${row.session}`
  }
}

const stances = ["agree", "object", "abstain"] as const

export const answer = make({
  name: "chorus_answer",
  description: "Vote on the plan of your session, finally, and by your own judgement of it; or say " +
    "something (message), which decides nothing.",
  input: input({
    session,
    stance: { type: "string", enum: stances },
    plan: { type: "string", description: "With stance: the plan you read, by its first 12 digits" },
    reason: { type: "string", description: "At most 280 characters; an objection needs one" },
    message: { type: "string" }
  }, ["session"]),
  output: output({ session: is.string, status: is.string, your_vote: is.string }),
  is: "final",
  call: async (desk, { message, plan = "", reason = "", session: id, stance }) => {
    if (stance === undefined && message === undefined) {
      throw new Problem("nothing to answer", "give a stance and the plan it is about, or a message")
    }
    if (stance !== undefined && plan.length < 8) {
      throw new Problem(
        "which plan? A vote is final, so it names the plan that you read",
        "call chorus_inbox, and give the plan's first 12 digits as plan"
      )
    }
    if (stance === "object" && reason.trim() === "") {
      throw new Problem("an objection needs a reason", "say in reason what has to change")
    }
    if (message !== undefined) await desk.call("say", { agent: desk.agent, session: id, text: message })
    if (stance !== undefined) {
      await desk.call("answer", { agent: desk.agent, session: id, stance, reason, plan })
    }
    const row = await desk.call("show", { session: id })
    return {
      next: row.stuck_because === undefined
        ? nextOf(desk, row)
        : "No consensus is possible on this plan any more: call chorus_escalate.",
      found: { session: row.session, status: row.status, your_vote: Desk.stanceOf(desk, row) }
    }
  }
})

export const escalate = make({
  name: "chorus_escalate",
  description: "Hand your session to a person: it waits in their inbox until they decide.",
  input: input({ session, reason: { type: "string", description: "The question, in a sentence" } }, [
    "session",
    "reason"
  ]),
  output: output({ session: is.string, status: is.string }),
  is: "final",
  call: async (desk, { reason, session: id }) => {
    await desk.call("escalate", { agent: desk.agent, session: id, reason })
    const row = await desk.call("show", { session: id })
    return { next: nextOf(desk, row), found: { session: row.session, status: row.status } }
  }
})

export const status = make({
  name: "chorus_status",
  description: "Who you are, what you hold, your sessions, and how the node is.",
  input: input({}),
  output: output({
    agent: is.string, repository: is.string, tasks: is.objects, sessions: is.objects, peers: is.integer,
    settled: is.boolean, waiting_for_people: is.integer
  }),
  is: "look",
  call: async (desk) => {
    const [{ held, sessions }, node] = await Promise.all([Desk.situation(desk), desk.call("status")])
    return {
      next: held.length === 0
        ? "You hold no task: begin one with chorus_start."
        : nextOf(desk, [...sessions].sort((a, b) => rank(desk, a) - rank(desk, b))[0]),
      own: { agent: desk.agent, repository: desk.repository },
      found: {
        tasks: held.map(({ claimed_until, paths, scopes, task, title }) => ({
          task, title, scopes, paths, claimed_until
        })),
        sessions: sessions.map((row) => brief(desk, row)),
        peers: node.peers.length,
        settled: node.settled,
        waiting_for_people: node.inbox
      }
    }
  }
})
