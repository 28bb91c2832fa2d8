/// <reference types="node" />
// Written by hand. docs/operations.md has the operations.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ImagegenError } from './types/errors.cjs'
import type { HostEnhancer, HostEvents, HostMetadata, HostPacks, HostProvider, HostRecords, HostStore } from './types/host.cjs'

export * from './types/errors.cjs'
export * from './types/host.cjs'

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

/** Of one job: with `owner` the jobs of others are not found. */
export interface JobCallOptions extends CallOptions {
  owner?: string
}

export interface AnyCallOptions extends CallOptions<any> {
  inputs?: Bytes[]
}

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
  /** Where records are kept, those of files too unless there is `metadata`. */
  records?: HostRecords
  metadata?: HostMetadata
  enhancer?: HostEnhancer
  packs?: HostPacks
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

export class Runtime {
  private constructor()
  /** Wires everything; contacts nobody. */
  static open(options?: RuntimeOptions): Promise<Runtime>

  /** Starts any operation by its name. */
  call(operation: string, request?: object, options?: AnyCallOptions): Call<{ result: any; files: Buffer[] }, any>
  describe(options?: CallOptions): Call<{ version: string; provider: any; store: any; formats: any; [more: string]: unknown }>
  examine(options?: CallOptions): Call<Finding[]>

  readonly heroes: Heroes
  readonly prompts: Prompts
  readonly worker: Worker
  readonly jobs: Jobs
  readonly spend: Spend
  readonly assets: Assets
  readonly store: Store
  readonly provider: Provider
  readonly images: Images
  readonly http: Http

  readonly closed: boolean
  /** Cancels what runs, waits until all of it has ended, and lets go. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Finding {
  verdict: string
  subject: string
  text: string
}

export interface Operation {
  name: string
  summary: string
  request: object
  result: object
  bytesIn: string
  bytesOut: string
}

// --------------------------------------------------------------------------------------------- HTTP routes

/** Who is signed in, as the host knows it. */
export interface Identity {
  user: string
  roles?: readonly string[]
}

export interface HttpCall {
  method: string
  /** With the query, percent-encoded as it came. */
  path: string
  headers?: { [name: string]: string | readonly string[] | undefined }
  /** null: nobody is signed in. */
  identity?: Identity | null
  /** Or as the one input of the call. */
  body?: string
}

export interface HttpAnswer {
  status: number
  headers: { [name: string]: string }
  body: string
  /** Of every status from 500 on: to log, and not to send. */
  incident?: { id: string; error: any }
}

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

// ------------------------------------------------------------------------------------------------- heroes

export interface HeroRequest {
  workItemId: string
  /** The Lifestyle Pack; else it is looked up in `packs`. */
  pack?: object
  shotIds?: string[]
  dryRun?: boolean
  overwrite?: boolean
  user?: string
  /** US dollars. */
  budget?: number
  fresh?: boolean
  promptTemplate?: string
  allowUnknownPrice?: boolean
  buyAgainWhenUnknown?: boolean
  contactSheet?: boolean
}

export interface HeroFile {
  shot_id: string
  filename: string
  width: number
  height: number
  format: string
  size_label?: string
  sku?: string
  base_key?: string
  is_primary?: boolean
  upscaled?: boolean
  crop?: { x: number; y: number; width: number; height: number }
  bytes?: number
  sha256?: string
  url?: string
}

export interface HeroFailure {
  shot_id: string
  filename?: string
  error: string
  message: string
  retryable: boolean
  maybe_spent: boolean
}

export interface HeroResult {
  ok: true
  workItemId: string
  dryRun: boolean
  overwrite: boolean
  generated: HeroFile[]
  skippedExisting: { shot_id: string; filename: string; reason: string }[]
  missingShots: string[]
  failed: HeroFailure[]
  cost: {
    currency: 'USD'
    estimated: number | null
    actual: number | null
    imagesBought: number
    shots: { shot_id: string; prompt: string; estimated: number | null; actual: number | null; [more: string]: unknown }[]
    [more: string]: unknown
  }
  contactSheet?: { html: string; png: Buffer }
}

export interface HeroProgress {
  stage: 'planned' | 'buyingMaster' | 'haveMaster' | 'fileDone' | 'shotFailed'
  shotId: string
  filename: string
  filesDone: number
  filesTotal: number
}

export interface Heroes {
  generate(request: HeroRequest, options?: CallOptions<HeroProgress>): Call<HeroResult, HeroProgress>
}

// ------------------------------------------------------------------------------------- prompts, jobs, spend

export interface PromptJob {
  jobId: string
  status: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED'
  cdnUrls: string[]
  intent: string
  rawPrompt: string
  finalPrompt: string
  imageCount: number
  error: string | null
  createdAt: string
  updatedAt: string
  [more: string]: unknown
}

export interface Prompts {
  enhance(
    request: { intent: string; prompt: string },
    options?: CallOptions,
  ): Call<{ finalPrompt: string; currency: 'USD'; estimates: (number | null)[] }>
  execute(
    request: { intent: string; rawPrompt: string; finalPrompt: string; imageCount?: number; owner?: string },
    options?: CallOptions,
  ): Call<{ jobId: string; status: string }>
  get(jobId: string, options?: JobCallOptions): Call<PromptJob>
  retry(jobId: string, options?: JobCallOptions): Call<PromptJob>
  cancel(jobId: string, options?: JobCallOptions): Call<PromptJob>
  list(request?: { owner?: string; state?: JobState; after?: string; limit?: number }, options?: CallOptions): Call<{ jobs: PromptJob[]; next: string }>
}

export interface Worker {
  /** Does queued jobs; without `untilIdle` until it is drained or aborted. `jobs` ended here: the sum of those that follow. */
  run(options?: { concurrency?: number; untilIdle?: boolean } & CallOptions<any>): Call<{ drained: boolean; jobs: number; succeeded: number; partlySucceeded: number; failed: number; cancelled: number }>
}

export type JobState = 'queued' | 'running' | 'succeeded' | 'partly_succeeded' | 'failed' | 'cancelled'

export interface Job {
  id: string
  kind: string
  state: JobState
  owner: string
  attempt: number
  input: unknown
  output: unknown
  error: string
  created: string
  updated: string
  [more: string]: unknown
}

export interface JobEvent {
  number: number
  time: string
  event: string
  detail: unknown
  hash: string
}

export interface Jobs {
  get(id: string, options?: JobCallOptions): Call<Job>
  cancel(id: string, options?: JobCallOptions): Call<Job>
  retry(id: string, options?: JobCallOptions): Call<Job>
  list(request?: { state?: JobState; kind?: string; owner?: string; after?: string; limit?: number }, options?: CallOptions): Call<{ jobs: Job[]; next: string }>
  /** `intact`: nobody has changed the record since it was written. */
  events(id: string, options?: JobCallOptions): Call<{ events: JobEvent[]; intact: boolean; fault?: string }>
  audit(id: string, options?: JobCallOptions): Call<{ jobId: string; events: JobEvent[]; purchases: object[]; intact: boolean; fault?: string }>
  replay(id: string, options?: JobCallOptions): Call<{ jobId: string; same: boolean; files: object[] }>
}

export interface Spend {
  list(
    request?: { jobId?: string; user?: string; from?: number; until?: number; after?: string; limit?: number },
    options?: CallOptions,
  ): Call<{ purchases: any[]; sum: any; next: string }>
  /** US dollars of "total", "day:2026-11-21", "user:ID" or "job:ID". */
  used(scope: string, options?: CallOptions): Call<number>
  /** Says how a purchase ended whose outcome nobody knows; gives the purchase after it. */
  settle(
    request: { purchase: string; outcome: 'released' | 'buyAgain'; note?: string } | { purchase: string; outcome: 'settled'; actualUsd: number; note?: string },
    options?: CallOptions,
  ): Call<any>
  /** The whole ledger: the table (CSV), and what it adds up to. */
  export(request?: { jobId?: string; user?: string }, options?: CallOptions): Call<{ sum: any; data: Buffer }>
  /** Paid pictures that no store has taken yet, oldest first. */
  spool(
    request?: { after?: string; limit?: number },
    options?: CallOptions,
  ): Call<{
    spool: string
    pictures: { purchase: string; key: string; contentType: string; sizeBytes: number; spooled: string }[]
    damaged: string[]
    next: string
  }>
}

// ------------------------------------------------------------------------------------- assets, store, provider

export interface Asset {
  id: string
  kind: string
  objectKey: string
  sha256: string
  url?: string
  contentType?: string
  width?: number
  height?: number
  sizeBytes?: number
  jobId?: string
  owner?: string
  provider?: string
  model?: string
  promptSha256?: string
  /** JSON of the workflow. */
  extra?: string
  /** Milliseconds since 1970. */
  created?: number
}

export interface AssetQuery {
  jobId?: string
  owner?: string
  kind?: string
  sha256?: string
  after?: string
  limit?: number
}

export interface Assets {
  put(asset: Asset, options?: CallOptions): Call<void>
  get(id: string, options?: CallOptions): Call<Asset | null>
  remove(id: string, options?: CallOptions): Call<void>
  list(request?: AssetQuery, options?: CallOptions): Call<{ assets: Asset[]; next: string }>
}

export interface StoredObject {
  key: string
  sizeBytes: number
  etag: string
  contentType: string
  url: string
}

export interface Store {
  put(key: string, data: Bytes, options?: { contentType?: string; cacheControl?: string; onlyIfAbsent?: boolean } & CallOptions): Call<StoredObject>
  get(key: string, options?: { maxBytes?: number } & CallOptions): Call<Buffer>
  head(key: string, options?: CallOptions): Call<StoredObject | null>
  remove(key: string, options?: CallOptions): Call<void>
  url(key: string, options?: CallOptions): Call<string>
  list(request?: { prefix?: string; limit?: number; after?: string }, options?: CallOptions): Call<StoredObject[]>
  describe(options?: CallOptions): Call<{ name: string; keepsContentType: boolean; durable: boolean }>
}

/** What a call used, for all its pictures together: tokens, or the fields of one other form. */
export interface Usage {
  inputText?: number
  inputImage?: number
  outputImage?: number
  outputText?: number
  images?: number
  outputMegapixels?: number
  inputMegapixels?: number
  seconds?: number
  /** What the seconds ran on, in the provider's word. */
  hardware?: string
  /** The provider named the price itself, in US dollars. */
  billedUsd?: number
}

export interface RemoteTask {
  provider?: string
  id: string
  resumeUrl?: string
}

export interface Pictures {
  images?: { data: Buffer; revisedPrompt?: string; [more: string]: unknown }[]
  task?: RemoteTask
  usage?: Usage
  requestId?: string
  /** Where there are any; only with `strict: false`. */
  adaptations?: Adaptation[]
}

/** A difference between what was asked for and what was sent. */
export interface Adaptation {
  field: string
  asked: string
  /** null: left out. */
  sent: string | null
  why: string
}

export interface Provider {
  /** What it and its `models` can do: of that name, or the first. */
  describe(options?: { provider?: string } & CallOptions): Call<any>
  check(request?: { timeoutMs?: number }, options?: CallOptions): Call<void>
  /** The bare call: what it buys is in no ledger and counts against no budget. */
  submit(
    request: {
      outsideTheLedger: true
      /** The first where none is named. */
      provider?: string
      model?: string
      quality?: string
      prompt: string
      negativePrompt?: string
      width: number
      height: number
      count?: number
      seed?: bigint | number | string
      strength?: number
      guidance?: number
      steps?: number
      /** What one service alone has, in its own words. */
      extras?: object
      /** false: what the model cannot do exactly as it is asked is sent nearly so, or left out, and listed in `adaptations`. */
      strict?: boolean
      user?: string
      taskId?: string
      timeoutMs?: number
    },
    options?: CallOptions,
  ): Call<Pictures>
  resume(request: { task: RemoteTask; timeoutMs?: number }, options?: CallOptions): Call<Pictures>
  cancel(request: { task: RemoteTask; timeoutMs?: number }, options?: CallOptions): Call<void>
}

// ------------------------------------------------------------------------------------------------- images

export interface Limits {
  maxBytes?: number
  maxPixels?: number
  maxSide?: number
  maxTimeMs?: number
  [more: string]: unknown
}

export type Format = 'webp' | 'jpeg' | 'png' | 'avif'

export interface Encoding {
  format?: Format
  quality?: number
  effort?: number
  lossless?: boolean
  [more: string]: unknown
}

export interface Rendition extends Encoding {
  width: number
  height: number
  fit?: 'cover' | 'contain' | 'fill' | 'inside' | 'outside'
  position?: string | { x: number; y: number }
}

export interface RenditionMade {
  format: Format
  width: number
  height: number
  sizeBytes: number
  data?: Buffer
  error?: any
  [more: string]: unknown
}

export interface Pixels {
  /** Without padding: width * channels bytes a row. */
  data: Bytes
  width: number
  height: number
  channels: 1 | 3 | 4
}

export interface Images {
  inspect(file: Bytes, options?: { limits?: Limits; thumbHash?: boolean } & CallOptions): Call<any>
  decode(
    file: Bytes,
    options?: { limits?: Limits } & CallOptions,
  ): Call<{ width: number; height: number; channels: number; strideBytes: number; data: Buffer; [more: string]: unknown }>
  encode(pixels: Pixels, options?: Encoding & CallOptions): Call<{ format: Format; width: number; height: number; sizeBytes: number; data: Buffer }>
  /** Decodes once and makes all of them. One that fails has `error` and no data. */
  render(file: Bytes, renditions: Rendition[], options?: { limits?: Limits } & CallOptions): Call<{ renditions: RenditionMade[] }>
}
