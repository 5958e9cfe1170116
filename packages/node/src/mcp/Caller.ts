/**
 * Who calls over TCP: by which name, and from which page.
 *
 * A browser that a page has led here is refused by its `Origin`, and a name that was made to point
 * here by its `Host`, before anything else is looked at.
 */

const loopback = ["localhost", "127.0.0.1", "[::1]"]

/** Whether the name that the client called is one of this machine, or the one it listens on. */
export const isHere = (host: string | undefined, listensOn: string): boolean => {
  const name = host?.replace(/:\d+$/, "").toLowerCase()
  return name !== undefined && [...loopback, listensOn, `[${listensOn}]`].includes(name)
}

/**
 * A browser says from where a page comes; other clients say nothing. A page that only loads
 * something, like a picture, has no `Origin`, and then `Sec-Fetch-Site` tells.
 */
export const isOwnPage = (origin: string | undefined, site: string | undefined): boolean => {
  if (origin === undefined) return site !== "cross-site"
  const [, name = ""] = /^https?:\/\/(\[[^\]]*\]|[^/:]+)(?::\d+)?$/.exec(origin) ?? []
  return loopback.includes(name)
}

/** Whether nobody beyond this machine can call. */
export const isLoopback = (listensOn: string): boolean =>
  [...loopback, "::1"].includes(listensOn) || /^127(\.\d{1,3}){3}$/.test(listensOn)
