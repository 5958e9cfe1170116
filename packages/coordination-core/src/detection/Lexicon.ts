/**
 * Words that mean the same thing to a rule: a concept is a list of whole words.
 *
 * `jwt`, `login` and `permission` are one concept, so tasks that share no word still meet.
 * Compared as stems, never as parts of words: `rapid` is no `api`, `author` no `auth`.
 */
import { stem } from "./Stem.ts"
import type { Terms } from "./Terms.ts"

const words = {
  api: `api endpoint rest graphql grpc rpc openapi swagger webhook protobuf contract interface`,
  database: `database db schema table column migration sql postgres postgresql mysql sqlite mongodb
    ddl orm foreign-key`,
  setting: `config configuration configure setting environment env parameter dotenv`,
  flag: `flag feature-flag feature-toggle toggle rollout kill-switch`,
  identity: `auth authentication authenticate authn authorization authorize authz login logout
    signin signup jwt token oauth oauth2 oidc openid sso saml password credential permission rbac
    acl`,
  encryption: `encrypt encryption decrypt cipher hmac kms`,
  certificate: `tls mtls ssl certificate x509`,
  hardening: `security secure vulnerability cve xss csrf sanitize exploit gdpr pii compliance`
}

export type Concept = keyof typeof words

/** The words of a concept, as they are written; two words of one thing are joined by a blank. */
export const wordsOf = (concept: Concept): ReadonlyArray<string> =>
  words[concept].trim().split(/\s+/).map((word) => word.replaceAll("-", " "))

/** The key that a word, or a pair of words, has among the terms of a task. */
export const keyOf = (phrase: string): string =>
  phrase.toLowerCase().split(" ").map(stem).join(" ")

const concepts: ReadonlyMap<string, Concept> = new Map(
  // The keys of a literal are its concepts; the language types them as strings.
  (Object.keys(words) as Array<Concept>).flatMap((concept) =>
    wordsOf(concept).map((word) => [keyOf(word), concept] as const)
  )
)

/** The concepts that terms speak of, each with the words they use for it. */
export const spokenIn = (terms: Terms): ReadonlyMap<Concept, ReadonlyArray<string>> => {
  const spoken = new Map<Concept, Array<string>>()
  for (const [key, { text }] of terms) {
    const concept = concepts.get(key)
    if (concept === undefined) continue
    const known = spoken.get(concept)
    if (known === undefined) spoken.set(concept, [text])
    else known.push(text)
  }
  return spoken
}

/** The concept that a term belongs to, if any. */
export const conceptOf = (key: string): Concept | undefined => concepts.get(key)

/** Does this term belong to the concept? */
export const belongs = (key: string, concept: Concept): boolean => concepts.get(key) === concept
