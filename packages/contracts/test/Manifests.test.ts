/**
 * Package manifests: what can be reached of a package, and what it depends on.
 */
import { assert, describe, it } from "@effect/vitest"
import { changes, names, scan, shape } from "./findings.ts"

describe("Manifests", () => {
  const manifest = {
    name: "@org/lib",
    version: "1.4.2",
    exports: { ".": "./index.js", "./client": { default: "./client.js" }, "./internal/*": null },
    bin: { lib: "./bin.js" },
    dependencies: { "@org/log": "^2.0.0" },
    peerDependencies: { effect: "4" },
    devDependencies: { vitest: "5" }
  }
  const found = scan({ "package.json": JSON.stringify(manifest) })

  it("package.json: what can be reached of the package, and what it depends on", () => {
    assert.deepStrictEqual(shape(found, "package:@org/lib"), [
      "out .!: export",
      "out ./client!: export",
      "out command lib!: command",
      "out major version!: 1"
    ])
    assert.deepStrictEqual(names(found.consumes), ["package:@org/log", "package:effect"])
  })

  it("an export that goes and a major version that comes break, an export that comes does not", () => {
    const now = { ...manifest, version: "2.0.0", exports: { ".": "./index.js", "./server": "./server.js" } }

    assert.deepStrictEqual(changes(found, scan({ "package.json": JSON.stringify(now) })), [
      "* package:@org/lib ./client: is no longer there",
      "  package:@org/lib ./server: is new",
      "* package:@org/lib major version: was 1, is 2"
    ])
  })

  it("of Python, Go and Rust", () => {
    const others = scan({
      "pyproject.toml":
        '[project]\nname = "Shop_API"\nversion = "0.3.1"\n' +
        'dependencies = ["fastapi>=0.1", "shop-models[db]~=2"]\n' +
        '[project.scripts]\nshop = "shop:main"\n',
      "worker/setup.cfg":
        "[metadata]\nname = worker\nversion = 3.1\n[options]\n" +
        "install_requires =\n    celery>=5\n    shop-models\n",
      "requirements.txt": "# tools\nrequests==2.0\n-r other.txt\n",
      "go.mod":
        "module example.test/shop\n\ngo 1.22\n\nrequire (\n" +
        "\texample.test/log v1.2.0\n\texample.test/x v0.1.0 // indirect\n)\n",
      "Cargo.toml":
        '[package]\nname = "shop"\nversion = "1.0.0"\n[dependencies]\n' +
        'serde = "1"\nlog2 = { package = "log", version = "0.4" }\n'
    })

    assert.deepStrictEqual(names(others.provides), [
      "package:example.test/shop",
      "package:shop",
      "package:shop-api",
      "package:worker"
    ])
    assert.deepStrictEqual(shape(others, "package:shop-api"), [
      "out command shop!: command",
      "out major version!: 0.3"
    ])
    assert.deepStrictEqual(names(others.consumes), [
      "package:celery",
      "package:example.test/log",
      "package:fastapi",
      "package:log",
      "package:requests",
      "package:serde",
      "package:shop-models"
    ])
  })
})
