/**
 * Boosted trees, evaluated: many small trees whose values add up to a logit.
 *
 *     feature < threshold ? left : right ──▶ … ──▶ value of the leaf
 *
 * Flat arrays, one node after the other; the left child of a node is the next one. Inner nodes have
 * the value that their examples had on average, so that a walk tells what each feature changed.
 */

/** What a parameter file holds. */
export interface Trees {
  readonly bias: number
  /** Where each tree begins. */
  readonly roots: ReadonlyArray<number>
  /** By node: the feature that it asks for, or -1 in a leaf. */
  readonly features: ReadonlyArray<number>
  readonly thresholds: ReadonlyArray<number>
  /** By node: the right child. */
  readonly rights: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
}

/** The same in flat arrays. */
export interface Forest {
  readonly bias: number
  readonly roots: Int32Array
  readonly features: Int8Array
  readonly thresholds: Float32Array
  readonly rights: Int32Array
  readonly values: Float32Array
}

export const planted = (trees: Trees): Forest => ({
  bias: trees.bias,
  roots: Int32Array.from(trees.roots),
  features: Int8Array.from(trees.features),
  thresholds: Float32Array.from(trees.thresholds),
  rights: Int32Array.from(trees.rights),
  values: Float32Array.from(trees.values)
})

/** Adds to the logits of rows what the trees from one to another say. */
export const addTo = (
  logits: Float64Array,
  forest: Forest,
  rows: Float32Array,
  width: number,
  asked: ReadonlyArray<number>,
  from: number,
  to: number
): void => {
  const { features, rights, roots, thresholds, values } = forest
  for (let tree = from; tree < to; tree++) {
    const root = roots[tree] ?? 0
    for (const nth of asked) {
      const row = nth * width
      let node = root
      for (let feature = features[node] ?? -1; feature >= 0; feature = features[node] ?? -1) {
        node = (rows[row + feature] ?? 0) < (thresholds[node] ?? 0) ? node + 1 : rights[node] ?? 0
      }
      logits[nth] = (logits[nth] ?? 0) + (values[node] ?? 0)
    }
  }
}

/** What each feature of one row changed; with the bias and the roots' values this is its logit. */
export const contributions = (forest: Forest, row: Float32Array): Float64Array => {
  const { features, rights, roots, thresholds, values } = forest
  const changed = new Float64Array(row.length)
  for (let node of roots) {
    for (let feature = features[node] ?? -1; feature >= 0; feature = features[node] ?? -1) {
      const next = (row[feature] ?? 0) < (thresholds[node] ?? 0) ? node + 1 : rights[node] ?? 0
      changed[feature] = (changed[feature] ?? 0) + (values[next] ?? 0) - (values[node] ?? 0)
      node = next
    }
  }
  return changed
}
