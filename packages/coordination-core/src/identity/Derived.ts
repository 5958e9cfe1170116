/**
 * What follows from a fact by hashing is worked out once a fact, whoever asks first.
 *
 * The functions stay pure: what is remembered depends on the object alone, which never changes, and
 * goes when the object does.
 */

/** The function, remembering its results by the object they were made from. */
export const once = <A extends object, B>(derive: (from: A) => B): (from: A) => B => {
  const known = new WeakMap<A, { readonly is: B }>()
  return (from) => {
    const before = known.get(from)
    if (before !== undefined) return before.is
    const is = derive(from)
    known.set(from, { is })
    return is
  }
}
