/**
 * Protocol buffers: each method of a service is an `api` by the path that gRPC calls
 * (`POST /shop.Orders/Place`), each message and each enum a `schema` (`shop.Order`).
 *
 * A field is its name, its type and its number: on the wire the number counts, in code the name.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import type { Member } from "@chorus/coordination-core/contract/Shape"
import parse, { type Document, type Enum, type Message } from "protocol-buffers-schema/parse.js"
import { guarded, provided, type Reader } from "./Reading.ts"

export const read: Reader = guarded((file) => {
  const document = parse(file.text)
  const scope = document.package ?? ""
  return Contract.merged([
    provided(file, "api", methodsOf(document)),
    provided(file, "schema", [
      ...document.messages.flatMap((message) => messagesOf(message, scope)),
      ...document.enums.map((each) => enumOf(each, scope))
    ])
  ])
})

const within = (scope: string, name: string): string => (scope === "" ? name : `${scope}.${name}`)

const methodsOf = ({ package: scope, services = [] }: Document) =>
  services.flatMap((service) =>
    service.methods.map(
      (method) =>
        [
          `POST /${within(scope ?? "", service.name)}/${method.name}`,
          [
            type("request", "in", method.input_type, method.client_streaming),
            type("answer", "out", method.output_type, method.server_streaming)
          ]
        ] as const
    )
  )

const type = (name: string, side: Member["side"], is: string, isStream: boolean): Member => ({
  name,
  is: isStream ? `stream ${is}` : is,
  side,
  required: true
})

const messagesOf = (
  message: Message,
  scope: string
): ReadonlyArray<readonly [string, ReadonlyArray<Member>]> => {
  const name = within(scope, message.name)
  const fields = message.fields.map((field): Member => ({
    name: field.name,
    is: `${field.repeated ? "repeated " : ""}${
      field.map === null ? field.type : `map<${field.map.from},${field.map.to}>`
    } = ${field.tag}`,
    side: "both",
    required: field.required
  }))
  return [
    [name, fields],
    ...message.messages.flatMap((inner) => messagesOf(inner, name)),
    ...message.enums.map((each) => enumOf(each, name))
  ]
}

const enumOf = ({ name, values }: Enum, scope: string): readonly [string, ReadonlyArray<Member>] => [
  within(scope, name),
  Object.entries(values).map(([each, { value }]) => ({
    name: `${each} = ${value}`,
    is: "value",
    side: "both",
    required: false
  }))
]
