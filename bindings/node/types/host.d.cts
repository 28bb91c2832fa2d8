// Parts that the host makes; docs/host-parts.md.
import type { Asset, AssetQuery, Bytes, RemoteTask, Usage } from '../index.cjs'

export interface HostContext {
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

type Answer<T> = T | Promise<T>

export interface ProviderCapability {
  provider: string
  model: string
  quality?: string
  sizes?: {
    fixed?: [number, number][]
    multipleOf?: number
    minPixels?: number
    maxPixels?: number
    maxSide?: number
    maxAspect?: number
  }
  maxImagesPerCall?: number
  paid?: boolean
  takesSeed?: boolean
  takesNegative?: boolean
  maxPromptChars?: number
  trainedModel?: boolean
  takesTaskId?: boolean
}

export interface ProviderRequest {
  prompt: string
  negativePrompt?: string
  width: number
  height: number
  count: number
  seed?: string
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

export interface HostMetadata {
  put(asset: Required<Asset>, context: HostContext): Answer<void>
  find(id: string, context: HostContext): Answer<Asset | null | undefined>
  list(query: AssetQuery & { after: string; limit: number }, context: HostContext): Answer<{ assets: Asset[]; next: string }>
  remove(id: string, context: HostContext): Answer<void>
}

export interface HostEnhancer {
  enhance(request: { intent: string; prompt: string; maxChars: number }, context: HostContext): Answer<string | { prompt: string }>
}

export interface HostPacks {
  /** The Lifestyle Pack as object or as text; null where there is none. */
  find(workItemId: string, context: HostContext): Answer<object | string | null | undefined>
}

export interface HostEvents {
  /** Rejected, or never answered: an event of a job is delivered again, with the same id. */
  deliver(event: { event: string; id: string; time: string; [more: string]: unknown }, context: HostContext): Answer<void>
}

export {}
