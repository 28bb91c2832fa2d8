// Parts that the host makes; docs/host-parts.md.
import type { Asset, AssetQuery, Bytes, RemoteTask, Usage } from '../index.cjs'

export interface HostContext {
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

type Answer<T> = T | Promise<T>

/** What a model takes. */
export interface ModelCapability {
  model: string
  /** What is sent where nothing else is asked for; without `qualities` the only one. */
  quality?: string
  qualities?: string[]
  sizes?: {
    fixed?: [number, number][]
    multipleOf?: number
    minPixels?: number
    maxPixels?: number
    maxSide?: number
    maxAspect?: number
  }
  maxImagesPerCall?: number
  takesSeed?: boolean
  takesNegative?: boolean
  takesStrength?: boolean
  takesGuidance?: boolean
  takesSteps?: boolean
  takesExtras?: boolean
  takesMask?: boolean
  maxReferences?: number
  maxPromptChars?: number
  trainedModel?: boolean
}

interface ProviderService {
  /** Its name among the others. */
  provider: string
  /** Whose prices count, where it is not the name. */
  host?: string
  paid?: boolean
  takesTaskId?: boolean
}

/** Of one model, or of several, the first of which is asked where none is named. */
export type ProviderCapability = ProviderService & (ModelCapability | { models: ModelCapability[] })

export interface ProviderRequest {
  /** The name of the provider that is meant. */
  provider: string
  model: string
  quality?: string
  prompt: string
  negativePrompt?: string
  width: number
  height: number
  count: number
  seed?: string
  /** 0 to 1, how far the picture may go from the first reference. */
  strength?: number
  guidance?: number
  steps?: number
  /** What one service alone has, in its own words. */
  extras?: { [name: string]: any }
  /** PNG, JPEG or WebP files. */
  references?: Uint8Array[]
  /** A grey PNG of the size of the first reference: white is drawn anew. */
  mask?: Uint8Array
  user?: string
  taskId?: string
}

export interface ProviderPictures {
  images: (Bytes | { data: Bytes; revisedPrompt?: string })[]
  usage?: Usage
  requestId?: string
}

export interface HostProvider {
  readonly capability: ProviderCapability
  submit(request: ProviderRequest, context: HostContext): Answer<ProviderPictures | { task: RemoteTask }>
  resume(task: Required<RemoteTask>, context: HostContext): Answer<ProviderPictures>
  cancel?(task: Required<RemoteTask>, context: HostContext): Answer<void>
  check?(context: HostContext): Answer<void>
}

export interface ObjectInfo {
  sizeBytes?: number
  etag?: string
  contentType?: string
  url?: string
}

export interface HostStore {
  readonly capability?: { name?: string; keepsContentType?: boolean; durable?: boolean; urlPrefix?: string }
  /** With `onlyIfAbsent` fails with AlreadyExistsError when the key is taken, decided in the same step as the write. */
  put(
    key: string,
    data: Buffer,
    options: { contentType: string; cacheControl: string; onlyIfAbsent: boolean },
    context: HostContext,
  ): Answer<ObjectInfo | void>
  /** null where there is none. */
  get(key: string, options: { maxBytes: number }, context: HostContext): Answer<Bytes | null | undefined>
  head(key: string, context: HostContext): Answer<ObjectInfo | null | undefined>
  remove(key: string, context: HostContext): Answer<void>
  /** In byte order of the keys, those after `after`. */
  list(query: { prefix: string; limit: number; after: string }, context: HostContext): Answer<(ObjectInfo & { key: string })[]>
}

/** A document of a collection; `created` in milliseconds since 1970. */
export interface HostRecord {
  id: string
  document: Record<string, unknown>
  created: number
  /** 1 with its first write, then one more with each. */
  revision: number
}

export interface HostRecordChange {
  collection: string
  id: string
  /** null: it is removed. */
  document: Record<string, unknown> | null
  /** Of a new record; one that is there keeps its own, unless it `moves`. */
  created?: number
  moves?: boolean
  /** The revision that it must have now, 0 for none; else the whole write fails with CONFLICT. */
  expected?: number
  /** The texts of the document to look it up by. */
  keys?: Record<string, string>
}

export interface HostRecordQuery {
  collection: string
  /** Texts that keys must have. */
  where: Record<string, string>
  /** Those behind this place, by `created` and then `id`; absent: from the newest on. */
  after?: { created: number; id: string }
  limit: number
}

/** Its optional `capability` may say `{atomic: false}`. */
export interface HostRecords {
  /** All of these changes or none. Gives the revisions, 0 for one that was removed. */
  write(changes: HostRecordChange[], context: HostContext): Answer<number[]>
  find(collection: string, id: string, context: HostContext): Answer<HostRecord | null | undefined>
  /** The newest first. */
  list(query: HostRecordQuery, context: HostContext): Answer<HostRecord[]>
}

export interface HostAssets {
  put(asset: Required<Asset>, context: HostContext): Answer<void>
  find(id: string, context: HostContext): Answer<Asset | null | undefined>
  list(query: AssetQuery & { after: string; limit: number }, context: HostContext): Answer<{ assets: Asset[]; next: string }>
  remove(id: string, context: HostContext): Answer<void>
}

export interface HostEnhancer {
  enhance(request: { intent: string; prompt: string; maxChars: number }, context: HostContext): Answer<string | { prompt: string }>
}

export interface HostLifestylePacks {
  /** The Lifestyle Pack as object or as text; null where there is none. */
  find(workItemId: string, context: HostContext): Answer<object | string | null | undefined>
}

export interface HostEvents {
  /** Rejected, or never answered: an event of a job is delivered again, with the same id. */
  deliver(event: { event: string; id: string; time: string; [more: string]: unknown }, context: HostContext): Answer<void>
}

export {}
