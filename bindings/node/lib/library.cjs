'use strict'
// Where the shared library is. Nothing is loaded here.

const fs = require('node:fs')
const path = require('node:path')
const { LibraryError } = require('./errors.cjs')

const fileName = 'libimagegen.so.1'

// Whether this process runs on musl: its loader is in the memory then. process.report would know too, but it looks up the
// name of every peer of an open socket and waits for the answers.
function isMusl() {
  try {
    return fs.readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-')
  } catch {
    return false
  }
}

/** "linux-x64", "linux-arm64-musl": the last part of the name of the package that brings the library. */
function platform() {
  return `${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`
}

function inPackage() {
  const name = `@imagegen/${platform()}`
  try {
    return path.join(path.dirname(require.resolve(`${name}/package.json`)), fileName)
  } catch {
    return `${name}/${fileName} (the package is not installed)`
  }
}

// bindings/node/lib of a checkout, seen from which the build trees are three folders up.
function inBuildTrees() {
  const root = path.resolve(__dirname, '../../..')
  if (!fs.existsSync(path.join(root, 'capi/imagegen.h'))) return []
  return [fileName, 'libimagegen.so'].map((name) => path.join(root, 'build/release/lib', name))
}

/** The file to load. LibraryError with every place that was looked at. */
function findLibrary(environment = process.env) {
  const named = environment.IMAGEGEN_LIBRARY
  const looked = named ? [path.resolve(named)] : [inPackage(), ...inBuildTrees()]
  const found = looked.find((file) => fs.existsSync(file))
  if (found) return found
  const where = named ? 'where IMAGEGEN_LIBRARY says' : 'here; set IMAGEGEN_LIBRARY to another place'
  throw new LibraryError(`the library of imagegen is not ${where}:\n  ${looked.join('\n  ')}`, looked)
}

module.exports = { findLibrary, platform, fileName }
