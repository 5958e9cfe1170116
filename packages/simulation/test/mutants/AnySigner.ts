/**
 * H8: a fact counts as its payload says, whoever sealed it.
 */
import * as Original from "@chorus/coordination-core/fact/Decode"

export * from "@chorus/coordination-core/fact/Decode"

export const decode: typeof Original.decode = (opened, topic) =>
  Original.decode({ ...opened, signer: /"from":"(\w+)"/.exec(opened.payload)?.[1] ?? opened.signer }, topic)
