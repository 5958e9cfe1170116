/**
 * GraphQL SDL: each field of a root type is an `api` (`QUERY users`), each other type a `schema`.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import type { Member } from "@chorus/coordination-core/contract/Shape"
import type { DefinitionNode, FieldDefinitionNode, InputValueDefinitionNode } from "graphql/language/ast.js"
import { parse } from "graphql/language/parser.js"
import { print } from "graphql/language/printer.js"
import { guarded, provided, type Reader } from "./Reading.ts"

/** More tokens than this are not read. */
const tokensMax = 200_000

export const read: Reader = guarded((file) => {
  const { definitions } = parse(file.text, { noLocation: true, maxTokens: tokensMax })
  const roots = rootsOf(definitions)
  const operations = definitions.flatMap((definition) => {
    if (definition.kind !== "ObjectTypeDefinition" && definition.kind !== "ObjectTypeExtension") return []
    const verb = roots.get(definition.name.value)
    return verb === undefined
      ? []
      : (definition.fields ?? []).map(
          (field) =>
            [`${verb} ${field.name.value}`, [outOf(field, "answer"), ...argumentsOf(field, "")]] as const
        )
  })
  const types = definitions.flatMap((definition) => {
    const isRoot = "name" in definition && roots.has(definition.name?.value ?? "")
    const members = isRoot ? undefined : membersOf(definition)
    return members === undefined || !("name" in definition) || definition.name === undefined
      ? []
      : [[definition.name.value, members] as const]
  })
  return Contract.merged([provided(file, "api", operations), provided(file, "schema", types)])
})

/** The root types and the verbs of their fields. */
const rootsOf = (definitions: ReadonlyArray<DefinitionNode>): ReadonlyMap<string, string> => {
  const named = definitions.flatMap((definition) =>
    definition.kind === "SchemaDefinition" || definition.kind === "SchemaExtension"
      ? (definition.operationTypes ?? []).map(
          ({ operation, type }) => [type.name.value, operation.toUpperCase()] as const
        )
      : []
  )
  return new Map(
    named.length > 0
      ? named
      : ["Query", "Mutation", "Subscription"].map((name) => [name, name.toUpperCase()] as const)
  )
}

const membersOf = (definition: DefinitionNode): ReadonlyArray<Member> | undefined => {
  switch (definition.kind) {
    case "ObjectTypeDefinition":
    case "ObjectTypeExtension":
    case "InterfaceTypeDefinition":
    case "InterfaceTypeExtension":
      return (definition.fields ?? []).flatMap((field) => [
        outOf(field, field.name.value),
        ...argumentsOf(field, field.name.value)
      ])
    case "InputObjectTypeDefinition":
    case "InputObjectTypeExtension":
      return (definition.fields ?? []).map((field) => inOf(field, field.name.value))
    case "EnumTypeDefinition":
    case "EnumTypeExtension":
      return (definition.values ?? []).map(({ name }) => value(name.value))
    case "UnionTypeDefinition":
    case "UnionTypeExtension":
      return (definition.types ?? []).map(({ name }) => value(name.value))
    case "ScalarTypeDefinition":
      return []
    default:
      return undefined
  }
}

const value = (name: string): Member => ({ name, is: "value", side: "both", required: false })

const outOf = ({ type }: FieldDefinitionNode, name: string): Member => ({
  name,
  is: print(type).replace(/!$/, ""),
  side: "out",
  required: type.kind === "NonNullType"
})

const inOf = ({ defaultValue, type }: InputValueDefinitionNode, name: string): Member => ({
  name,
  is: print(type).replace(/!$/, ""),
  side: "in",
  required: type.kind === "NonNullType" && defaultValue === undefined
})

const argumentsOf = (field: FieldDefinitionNode, name: string): ReadonlyArray<Member> =>
  (field.arguments ?? []).map((argument) => inOf(argument, `${name}(${argument.name.value})`))
