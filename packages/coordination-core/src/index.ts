/**
 * Table of contents, for strangers: what there is, in the order in which it builds up.
 *
 * Each module is one concept and is used as a namespace, `Status.statusOf(session, world)`. It can
 * be imported by its path as well, `@chorus/coordination-core/session/Status`; our own packages do
 * that, and so come by the parts of the detector that are not listed here. What tests need is by
 * path alone: `testing/Paper` (facts without keys or network) and `testing/Workload` (as many of them
 * as one likes) need nothing else, `testing/Laws`, `testing/ConsensusLaws` and
 * `testing/Arbitraries` need fast-check.
 */

// Names and ids.

/** The peer id of a node, and of a person's key. */
export * as NodeId from "./identity/NodeId.ts"
/** An agent: a name on a node. */
export * as AgentId from "./identity/AgentId.ts"
/** A task: a repository and an id. */
export * as TaskKey from "./identity/TaskKey.ts"
/** A fact by the hash of its payload, and its place in its author's log. */
export * as FactId from "./identity/FactId.ts"
/** SHA-256 over text, behind every id. */
export * as Hash from "./identity/Hash.ts"

// Facts: what travels and what is kept.

/** A fact, sealed once and never changed. */
export * as Fact from "./fact/Fact.ts"
/** Which fact travels in which envelope, under which name, on which topic. */
export * as FactTable from "./fact/FactTable.ts"
/** What is stated about tasks. */
export * as TaskFacts from "./fact/TaskFacts.ts"
/** What is stated about sessions: the seed's six messages among it. */
export * as SessionFacts from "./fact/SessionFacts.ts"
/** What is stated about contracts. */
export * as ContractFacts from "./fact/ContractFacts.ts"
/** What is stated about the mesh: rulings, mutes, forks. */
export * as MeshFacts from "./fact/MeshFacts.ts"
/** A fact before it has a place. */
export * as Draft from "./fact/Draft.ts"
/** Gives drafts their place in a log. */
export * as Writer from "./fact/Writer.ts"
/** Whether a log is whole: places that follow each other, facts that name the one before. */
export * as Chain from "./fact/Chain.ts"
/** From any bytes to a fact or a refusal. */
export * as Decode from "./fact/Decode.ts"
/** Why bytes are refused, and what gossip makes of it. */
export * as Refusal from "./fact/Refusal.ts"
/** What is said but not kept: heartbeats, "I am planning". */
export * as Signal from "./signal/Signal.ts"

// Replicated state: folds over sets of facts, the same on every node.

/** All folds as one, and the views that span them. */
export * as Replica from "./replica/Replica.ts"
/** One text and one hash for one state. */
export * as Canonical from "./replica/Canonical.ts"
/** Maps of which every version stays as it is. */
export * as VersionMap from "./replica/VersionMap.ts"
/** What of a node's own logs still matters. */
export * as LiveFrom from "./replica/LiveFrom.ts"
/** What nodes stated about contracts: who provides and who consumes what. */
export * as Contracts from "./contract/Contracts.ts"
/** Who provides and who consumes what, as far as it counts. */
export * as Catalog from "./contract/Catalog.ts"
/** Who described which task how, and who holds it. */
export * as Registry from "./task/Registry.ts"
/** What a task is about. */
export * as TaskContext from "./task/TaskContext.ts"
/** What a task declares to touch: `table:orders=migrate`. */
export * as Scope from "./task/Scope.ts"
/** The normal form of a scope's key: many spellings of one thing. */
export * as ScopeKey from "./task/ScopeKey.ts"
/** Whether two ranges of versions have one in common. */
export * as Versions from "./task/Versions.ts"
/** What comes of two operations on one thing: how grave, why, who first. */
export * as Meeting from "./task/Meeting.ts"
/** Declared paths, and whether two of them overlap. */
export * as Paths from "./task/Paths.ts"
/** Who stated two things at one place, and is banned for it. */
export * as Forks from "./ban/Forks.ts"
/** The proofs of forks that are due. */
export * as ForkProof from "./ban/ForkProof.ts"
/** Whose facts enter. */
export * as Membership from "./ruling/Membership.ts"
/** Who may rule, and which members are listed or revoked. */
export * as People from "./ruling/People.ts"
/** A person's decision, sealed by the person's key. */
export * as Ruling from "./ruling/Ruling.ts"

// Sessions: how agents agree.

/** How a session begins: its identity, its terms, its roster. */
export * as Opening from "./session/Opening.ts"
/** The set of facts that bear on a session. */
export * as Session from "./session/Session.ts"
/** What those facts mean: active, expired, escalated, resolved, disputed, decided. */
export * as Status from "./session/Status.ts"
/** Which plan is to be voted on, who voted how, whether all agree. */
export * as Deliberation from "./session/Deliberation.ts"
/** What a node states about a session. */
export * as SessionDrafts from "./session/SessionDrafts.ts"
/** A session in one line. */
export * as Summary from "./session/Summary.ts"
/** One agent's final stance on one plan. */
export * as Vote from "./vote/Vote.ts"
/** How many may abstain. */
export * as Policy from "./vote/Policy.ts"
/** One sealed vote of each member: the proof of an agreement. */
export * as Certificate from "./vote/Certificate.ts"
/** By which rules an honest agent votes. */
export * as Voting from "./vote/Voting.ts"
/** How far what concerns an agent has come: queued, shown, acknowledged, acted. */
export * as Delivery from "./delivery/Delivery.ts"
/** Which votes follow by themselves. */
export * as Superseding from "./vote/Superseding.ts"

// Plans.

/** When a step of a plan is done, and what a machine can check of it. */
export * as DoneWhen from "./plan/DoneWhen.ts"
/** What became of a step, by its owner. */
export * as Kept from "./plan/Kept.ts"
/** In which order the changes of tasks land. */
export * as MergeOrder from "./plan/MergeOrder.ts"
/** What a plan says. */
export * as PlanContent from "./plan/PlanContent.ts"
/** What a plan is known by, and which of two is better. */
export * as PlanHash from "./plan/PlanHash.ts"
/** What a planner is told. */
export * as PlanRequest from "./plan/PlanRequest.ts"
/** The plan that needs no model. */
export * as TemplatePlan from "./plan/TemplatePlan.ts"
/** A plan as people read it. */
export * as PlanText from "./plan/PlanText.ts"

// Contracts: what a repository provides and what it builds against.

/** A contract by name and shape. */
export * as Contract from "./contract/Contract.ts"
/** What those who use a contract can see of it. */
export * as Shape from "./contract/Shape.ts"
/** What became of contracts, and what of it breaks whom. */
export * as ContractDiff from "./contract/ContractDiff.ts"
/** Which contracts stand between two repositories. */
export * as Link from "./contract/Link.ts"
/** Whether a task speaks of a contract. */
export * as Naming from "./contract/Naming.ts"
/** Whom changes of contracts concern. */
export * as Affected from "./contract/Affected.ts"
/** From what was found in a repository to what is stated of it. */
export * as Stating from "./contract/Stating.ts"

// Detection: which tasks depend on each other.

/** Ranked, bounded, explained candidates for a task. */
export * as Detector from "./detection/Detector.ts"
/** The tasks that the detector knows. */
export * as Index from "./detection/Index.ts"
/** What a reasoner is asked of two tasks, and what it answers. */
export * as Judging from "./detection/Judging.ts"
/** A rule that names a relationship; make your own. */
export * as Rule from "./detection/Rule.ts"
/** The rules that every mesh has. */
export * as BuiltInRules from "./detection/BuiltInRules.ts"
/** The original's four rules to the letter, for comparison. */
export * as SeedRules from "./detection/SeedRules.ts"
/** How far the detector looks, and what counts among few tasks. */
export * as Parameters from "./detection/Parameters.ts"
/** What the detector learnt from recorded dependencies. */
export * as Model from "./detection/Model.ts"
/** Trees from labelled pairs. */
export * as Boosting from "./detection/Boosting.ts"
/** Chances from scores, and the figures of a detector. */
export * as Calibration from "./detection/Calibration.ts"
/** Which repositories do work together, learnt as sessions end. */
export * as Feedback from "./detection/Feedback.ts"
/** Whether what a session was opened over still holds. */
export * as Grounds from "./detection/Grounds.ts"
/** A threshold that holds the number of alerts steady. */
export * as RateController from "./detection/RateController.ts"
/** What becomes of a detection, and what is held back. */
export * as Alerts from "./detection/Alerts.ts"
/** Rules that need no code: what a project writes into a file. */
export * as WordRule from "./detection/WordRule.ts"
/** Which detections are stated, which are held back, and why. */
export * as Budget from "./detection/Budget.ts"
/** The reason of an alert, in words that its readers can check. */
export * as Account from "./detection/Account.ts"
/** What people and agents ask of detection: why, what would I run into, what next. */
export * as Inquiry from "./detection/Inquiry.ts"
/** What open tasks declare to touch. */
export * as Territory from "./detection/Territory.ts"
/** The conflicts that a claim opens. */
export * as Conflicts from "./detection/Conflicts.ts"
/** Which alerts their holders do not want. */
export * as Mutes from "./mute/Mutes.ts"
/** What a node learns from its sessions about its alerts. */
export * as Lessons from "./lesson/Lessons.ts"

// Local machines: one node's own business, as pure steps.

/** The shape of them all. */
export * as Machine from "./machine/Machine.ts"
/** The whole of one node. */
export * as Coordination from "./coordination/Coordination.ts"
/** A case of the inbox: why it waits, what can be chosen, what waiting costs. */
export * as Case from "./inbox/Case.ts"
/** What a person can choose in a case. */
export * as Options from "./inbox/Options.ts"
/** The short names of cases and options. */
export * as Numbering from "./inbox/Numbering.ts"
/** Telling people outside that cases wait. */
export * as Pings from "./inbox/Pings.ts"
/** Rulings sealed beforehand, for cases that nobody decides in time. */
export * as Defaults from "./inbox/Defaults.ts"
/** Which sessions are not over. */
export * as Open from "./coordination/Open.ts"
/** What a node decides for itself. */
export * as NodeSettings from "./coordination/NodeSettings.ts"
/** What all nodes of a mesh agree on. */
export * as MeshSettings from "./mesh/MeshSettings.ts"
/** Detection for the node's own claims. */
export * as DetectionMachine from "./detection/DetectionMachine.ts"
/** Planning, certifying, escalating. */
export * as Duties from "./duty/Duties.ts"
/** What a session needs next. */
export * as Duty from "./duty/Duty.ts"
/** Whose turn it is. */
export * as Turn from "./duty/Turn.ts"
/** Which sessions a node attends to, of more than it can. */
export * as Attention from "./duty/Attention.ts"
/** The same for the whole of a node. */
export * as Attending from "./coordination/Attending.ts"
/** The heartbeat. */
export * as Beat from "./coordination/Beat.ts"
/** What the node lacks, and whom it asks. */
export * as CatchUp from "./catchup/CatchUp.ts"
/** When a node may vote after a start. */
export * as Settling from "./catchup/Settling.ts"
/** What is held of all logs, and what a peer is answered. */
export * as Holdings from "./catchup/Holdings.ts"
/** Where two nodes differ, and what each gives. */
export * as Difference from "./catchup/Difference.ts"
/** What is held of one log. */
export * as Held from "./catchup/Held.ts"
/** One small value for a set of ids. */
export * as Sum from "./catchup/Sum.ts"
/** How fast one author's facts enter. */
export * as Pace from "./intake/Pace.ts"
/** What peers say to each other for that. */
export * as Exchange from "./catchup/Exchange.ts"
/** How memory stays small. */
export * as Memory from "./memory/Memory.ts"
/** Forgetting and recalling, for the whole of a node. */
export * as Cleanup from "./coordination/Cleanup.ts"
/** What memory held, for the next start. */
export * as Bookmark from "./coordination/Bookmark.ts"
/** Every collection in memory, and what bounds it. */
export * as Collections from "./memory/Collections.ts"
/** What may be forgotten. */
export * as Forget from "./memory/Forget.ts"
/** What has to come back, and when. */
export * as Recall from "./memory/Recall.ts"
/** What a store may drop for good. */
export * as Retention from "./memory/Retention.ts"
/** Under which names a store finds a fact again. */
export * as Subject from "./memory/Subject.ts"
/** What agents and people ask of their node. */
export * as Command from "./command/Command.ts"
/** What comes of a command. */
export * as Commands from "./command/Commands.ts"
/** Stating the contracts of a repository. */
export * as ContractCommands from "./command/ContractCommands.ts"
/** What comes of a command about a task. */
export * as TaskCommands from "./command/TaskCommands.ts"
/** Noting what agents were shown. */
export * as DeliveryCommands from "./command/DeliveryCommands.ts"
/** Commands about mutes. */
export * as MuteCommands from "./command/MuteCommands.ts"
/** The outcome of a session, for whoever learns from it. */
export * as SlurpEvent from "./slurp/SlurpEvent.ts"

// Ports: what a node needs of the world. Each has its contract in `@chorus/port-contracts`.

/** Publish to all, hear from all. */
export * as PubSub from "./ports/PubSub.ts"
/** Ask one peer. */
export * as Peers from "./ports/Peers.ts"
/** Keep facts and events. */
export * as FactStore from "./ports/FactStore.ts"
/** Seal and open. */
export * as Signer from "./ports/Signer.ts"
/** Think of a plan. */
export * as Reasoner from "./ports/Reasoner.ts"
/** Learn from outcomes. */
export * as SlurpSink from "./ports/SlurpSink.ts"
/** Tell the time. */
export * as Ticker from "./ports/Ticker.ts"
