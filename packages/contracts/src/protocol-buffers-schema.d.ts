/**
 * What of `protocol-buffers-schema`, which brings no types, is used here.
 */
declare module "protocol-buffers-schema/parse.js" {
  interface Field {
    readonly name: string
    readonly type: string
    readonly tag: number
    readonly map: { readonly from: string; readonly to: string } | null
    readonly oneof: string | null
    readonly required: boolean
    readonly repeated: boolean
  }
  interface Enum {
    readonly name: string
    readonly values: Readonly<Record<string, { readonly value: number }>>
  }
  interface Message {
    readonly name: string
    readonly enums: ReadonlyArray<Enum>
    readonly messages: ReadonlyArray<Message>
    readonly fields: ReadonlyArray<Field>
  }
  interface Method {
    readonly name: string
    readonly input_type: string
    readonly output_type: string
    readonly client_streaming: boolean
    readonly server_streaming: boolean
  }
  interface Service {
    readonly name: string
    readonly methods: ReadonlyArray<Method>
  }
  interface Document {
    readonly package: string | null
    readonly enums: ReadonlyArray<Enum>
    readonly messages: ReadonlyArray<Message>
    readonly services?: ReadonlyArray<Service>
  }
  export default function parse(text: string): Document
}
