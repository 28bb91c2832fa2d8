/// <reference types="node" />
// Written by hand; types/operations.d.cts has what follows from the operations.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ImagegenError } from './types/errors.cjs'
import type { HostEnhancer, HostEvents, HostAssets, HostLifestylePacks, HostProvider, HostRecords, HostStore } from './types/host.cjs'
import type {
  Decoded, EncodedFile, EncodeRequest, HttpAnswer, HttpCall, Identity, Inspected, Limits, OperationGroups, Rendition, RenditionMade, RenditionPlan,
  RuntimeOperations,
} from './types/operations.cjs'

export * from './types/errors.cjs'
export * from './types/host.cjs'
export * from './types/operations.cjs'

/** Any bytes. Do not change, transfer or resize them until the call has ended, unless `lend` is false. */
export type Bytes = ArrayBuffer | SharedArrayBuffer | NodeJS.ArrayBufferView

export interface CallOptions<P = Progress> {
  /** Aborted: the operation is cancelled, and when it has ended the call rejects with `signal.reason`. */
  signal?: AbortSignal
  /**
   * Aborted: nothing more is begun, and what was begun is finished (`worker.run`, `heroes.generate`); every other operation is cancelled.
   * The call resolves with what was reached.
   */
  drain?: AbortSignal
  /** Called with how far it is; of what comes at once only the newest. */
  onProgress?: (progress: P) => void
  /** false: inputs are copied before the call returns. true: never. Else: up to 64 KiB, and memory that threads share. In worker threads always. */
  lend?: boolean
}

export interface AnyCallOptions extends CallOptions<any> {
  inputs?: Bytes[]
}

/** What a call tells while it works. */
export interface Progress {
  [field: string]: unknown
}

/** An operation under way: a promise of its result, and its progress. */
export class Call<T, P = Progress> implements Promise<T> {
  private constructor()
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B>
  catch<B = never>(onRejected?: ((reason: any) => B | PromiseLike<B>) | null): Promise<T | B>
  finally(onFinally?: (() => void) | null): Promise<T>
  readonly [Symbol.toStringTag]: string
  readonly state: 'running' | 'done' | 'failed'
  /** What the library said when the call failed; else null. When it was aborted the only place that says what was spent. */
  readonly failure: ImagegenError | null
  /** Asks the operation to end; the promise is settled by the library's answer. */
  cancel(): void
  drain(): void
  /** Ends with the call, and throws what the call throws. */
  progress(): AsyncIterableIterator<P>
  [Symbol.asyncIterator](): AsyncIterableIterator<P>
}

// ------------------------------------------------------------------------------------------------ runtime

export interface RuntimeOptions {
  /** docs/configuration.md; nothing: placeholder pictures in memory. */
  config?: Config
  /** OPENAI_API_KEY and so on come before `config`. */
  environment?: boolean
  /** Comes before both: what a person has said for this one run. */
  overrides?: Config
  /** Several have a name each in their capabilities; the first is asked where nothing else is said. */
  provider?: HostProvider | readonly HostProvider[]
  store?: HostStore
  /** Where records are kept, those of files too unless there is `assets`. */
  records?: HostRecords
  assets?: HostAssets
  enhancer?: HostEnhancer
  lifestylePacks?: HostLifestylePacks
  events?: HostEvents
}

export interface Config {
  provider?: string
  store?: string
  state?: string
  publicBaseUrl?: string
  threads?: number
  hostTimeoutMs?: number
  openai?: { apiKey?: string; baseUrl?: string; model?: string; quality?: string; [more: string]: unknown }
  heroes?: { budget?: number; maxConcurrentShots?: number; promptTemplate?: string; [more: string]: unknown }
  prompts?: { width?: number; height?: number; format?: string; quality?: number; [more: string]: unknown }
  [more: string]: unknown
}

export interface Runtime extends RuntimeOperations, OperationGroups {}
export class Runtime {
  private constructor()
  /** Wires everything; contacts nobody. */
  static open(options?: RuntimeOptions): Promise<Runtime>

  /** Starts any operation by its name. */
  call(operation: string, request?: object, options?: AnyCallOptions): Call<{ result: any; files: Buffer[] }, any>

  readonly images: Images
  readonly http: Http

  readonly closed: boolean
  /** Cancels what runs, waits until all of it has ended, and lets go. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Operation {
  name: string
  summary: string
  request: object
  result: object
  progress?: object
  /** The field of the request that says of what it is, and the field of the result that is all that it is about; else empty. */
  subject: string
  gives: string
  /** The name of the file that comes with the request; empty where there is none, or several. */
  input: string
  /** The names of all files that come with the request, in their order. */
  inputs: string[]
  bytesIn: string
  bytesOut: string
  /** Where the files of the result stand in it. */
  files: { path: string; isText: boolean }[]
  drains: boolean
  mayBuy: boolean
}

// --------------------------------------------------------------------------------------------- HTTP routes

export interface Http {
  answer(call: HttpCall, options?: AnyCallOptions): Call<HttpAnswer>
}

export interface HttpHandlerOptions<Request> {
  /** Sees the whole request; nothing: nobody is signed in. */
  identify?: (request: Request) => Identity | null | undefined | Promise<Identity | null | undefined>
  /** Told why an answer is 500 or above, or why parts of a result failed, with the id that the client was told as `incident`, also of what `identify` throws; and what a call came to whose client has left. */
  onError?: (error: Error & Partial<ImagegenError> & { incident?: string }) => void
}

/** Answers everything by the routes of docs/http-routes.md: `app.use(httpHandler(runtime, { identify }))`, behind routes of your own. */
export function httpHandler<Request extends IncomingMessage = IncomingMessage>(
  runtime: Runtime,
  options?: HttpHandlerOptions<Request>,
): (request: Request, response: ServerResponse) => Promise<void>

/** What every operation takes and gives, as JSON Schemas. */
export function operations(): Operation[]
/** Version of the library that is loaded. */
export function version(): string
/** How many handles the library holds in this process; for tests that look for leaks. */
export function liveHandles(): number

// ------------------------------------------------------------------------------------------------- images

export type Format = 'webp' | 'jpeg' | 'png' | 'avif'

export type Encoding = Omit<EncodeRequest, 'width' | 'height' | 'channels'>

export interface Pixels {
  /** Without padding: width * channels bytes a row. */
  data: Bytes
  width: number
  height: number
  channels: 1 | 3 | 4
}

export interface Images {
  inspect(file: Bytes, options?: { limits?: Limits; thumbHash?: boolean } & CallOptions): Call<Inspected>
  decode(
    file: Bytes,
    options?: { limits?: Limits } & CallOptions,
  ): Call<Decoded>
  encode(pixels: Pixels, options?: Encoding & CallOptions): Call<EncodedFile>
  /** Says what `render` would cut out of a picture, and which faces that would cut. */
  plan(file: Bytes, renditions: Rendition[], options?: { limits?: Limits; pictures?: Bytes[] } & CallOptions): Call<RenditionPlan[]>
  /** Decodes once and makes all of them. One that fails has `error` and no data. `pictures` are those that overlays name by their place. */
  render(file: Bytes, renditions: Rendition[], options?: { limits?: Limits; pictures?: Bytes[] } & CallOptions): Call<{ renditions: RenditionMade[] }>
}
