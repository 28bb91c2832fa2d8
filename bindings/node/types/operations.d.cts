/// <reference types="node" />
// Written by tools/generate_operations.py from the descriptions of the operations; not by hand.
import type { Bytes, Call, CallOptions } from '../index.cjs'

export interface HeroRequest {
  workItemId: string
  /** Of version 2; absent: the runtime's are asked. */
  lifestylePack?: Record<string, any>
  /** Only these shots; none: all of the pack. */
  shotIds?: string[]
  /** Plan and price only; buy and write nothing. */
  dryRun?: boolean
  /** Make files again that exist, from the kept masters. */
  overwrite?: boolean
  /** The user's id, for budgets and limits. */
  user?: string
  /** US dollars; a higher estimate is refused. */
  budget?: number
  /** Buy new masters in place of kept ones; implies overwrite. */
  fresh?: boolean
  /** In place of the one that is built in. */
  promptTemplate?: string
  /** Under a budget, buy also what has no known price. */
  allowUnknownPrice?: boolean
  /** Buy again what a run that was cut off may have bought; it may then be paid twice. */
  buyAgainWhenUnknown?: boolean
  /** Also a page and a picture of all files. */
  contactSheet?: boolean
}

export interface PixelRect {
  /** px */
  x?: number
  /** px */
  y?: number
  /** px */
  width?: number
  /** px */
  height?: number
}

export interface HeroFile {
  shot_id: string
  /** Its key in the store. */
  filename: string
  /** px */
  width: number
  /** px */
  height: number
  size_label: string
  format: string
  sku: string
  base_key: string
  is_primary: boolean
  /** Cut from a part of the master that is smaller. */
  upscaled: boolean
  /** Of the master. */
  crop?: PixelRect
  /** Of the file; not in a dry run. */
  bytes?: number
  /** Of the file, in hexadecimal; not in a dry run. */
  sha256?: string
  /** Where readers find it; not in a dry run. */
  url?: string
}

export interface HeroSkipped {
  shot_id: string
  filename: string
  reason: 'EXISTS'
}

export interface HeroFailure {
  shot_id: string
  /** Absent: the whole shot. */
  filename?: string
  error: string
  message: string
  retryable: boolean
  /** The provider may have charged for it. */
  maybe_spent: boolean
}

export interface Adaptation {
  /** "size", "seed" ... */
  field: string
  asked: string
  /** Null: left out. */
  sent: string | null
  /** For people. */
  why: string
}

export interface HeroShotCost {
  shot_id: string
  /** Where it is from. */
  master: 'none' | 'kept' | 'bought' | 'to_buy'
  /** px */
  master_width: number
  /** px */
  master_height: number
  /** As it is sent. */
  prompt: string
  /** US dollars; null: unknown. */
  estimated: number | null
  rough: boolean
  /** US dollars; null: unknown. */
  actual: number | null
  /** What its owner should know. */
  master_notes: string[]
  /** What is sent otherwise than wished. */
  adaptations?: Adaptation[]
}

export interface HeroCost {
  currency: 'USD'
  /** Null: unknown. */
  estimated: number | null
  rough: boolean
  /** Null: unknown. */
  actual: number | null
  /** Masters. */
  imagesBought: number
  /** Of the oldest figure used. */
  priceDate: string | null
  /** In pack order. */
  shots: HeroShotCost[]
}

export interface ContactSheet {
  html: string
  png: Buffer
}

export interface HeroResult {
  ok: true
  workItemId: string
  dryRun: boolean
  overwrite: boolean
  /** In a dry run: what would be made. */
  generated: HeroFile[]
  /** Was there already. */
  skippedExisting: HeroSkipped[]
  /** Asked for, and not in the pack or without a board. */
  missingShots: string[]
  failed: HeroFailure[]
  cost: HeroCost
  warnings?: string[]
  contactSheet?: ContactSheet
}

export interface HeroProgress {
  stage: 'planned' | 'buyingMaster' | 'haveMaster' | 'fileDone' | 'shotFailed'
  /** Empty for planned. */
  shotId: string
  /** For fileDone. */
  filename: string
  /** Made, skipped or failed so far. */
  filesDone: number
  filesTotal: number
  /** So far, as it was estimated. */
  spentUsd: number
}

export interface EnhancedPrompt {
  finalPrompt: string
  currency: 'USD'
  /** Of 1 to 5 pictures; null: unknown. */
  estimates: (number | null)[]
  warnings?: string[]
}

export interface QueuedPromptJob {
  jobId: string
  status: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED'
}

export interface PromptJob {
  jobId: string
  status: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED'
  /** Of the pictures that are finished. */
  cdnUrls: string[]
  intent: string
  rawPrompt: string
  finalPrompt: string
  imageCount: number
  /** Why it failed; else empty. */
  error: string
  createdAt: string
  updatedAt: string
}

export interface PromptJobPage {
  jobs: PromptJob[]
  /** Empty: the last page. */
  next: string
}

export interface Job {
  id: string
  /** "prompt", "heroes" ... */
  kind: string
  state: 'queued' | 'running' | 'succeeded' | 'partly_succeeded' | 'failed' | 'cancelled'
  /** Since when no worker could do it; else null. */
  declinedSince: string | null
  owner: string
  priority: number
  /** How often it was begun. */
  attempt: number
  cancelRequested: boolean
  /** Who has it while it runs. */
  worker: string
  /** Why it failed, or cannot be done for now; else empty. */
  error: string
  created: string
  updated: string
  /** As its kind has it. */
  input: unknown
  /** As its kind has it. */
  output: unknown
}

export interface JobPage {
  jobs: Job[]
  /** Empty: the last page. */
  next: string
}

export interface JobEvent {
  /** From 1. */
  number: number
  time: string
  /** "created", "claimed", "image_bought" ... */
  event: string
  detail: unknown
  /** Covers the event and the hash before it. */
  hash: string
}

export interface JobEvents {
  events: JobEvent[]
  /** Nobody has changed the record since. */
  intact: boolean
  fault?: string
}

export interface ReplayedFile {
  name: string
  sameRequest: boolean
  sameFile: boolean
  recordedSha256: string
  replayedSha256: string
  fault: string
}

export interface Replay {
  jobId: string
  same: boolean
  files: ReplayedFile[]
}

export interface PurchaseReason {
  time: string
  state: 'intended' | 'submitted' | 'settled' | 'released' | 'outcome_unknown'
  note: string
}

export interface PurchasePlace {
  slot: string
  masterKey: string
}

export interface Purchase {
  id: string
  job: string
  slot: string
  user: string
  /** Of the job. */
  attempt: number
  state: 'intended' | 'submitted' | 'settled' | 'released' | 'outcome_unknown'
  provider: string
  model: string
  images: number
  /** Null: unknown. */
  estimateUsd: number | null
  /** Null: unknown. */
  actualUsd: number | null
  /** Where actualUsd is from. */
  actualSource: 'none' | 'estimate' | 'usage' | 'provider'
  remoteId: string
  requestHash: string
  created: string
  updated: string
  /** Where the picture is kept. */
  masterKey: string
  /** No further purchase for its places. */
  blocks: boolean
  /** Why it is as it is; the newest of history. */
  note: string
  /** Oldest first. */
  history: PurchaseReason[]
  /** Further slots that it fills. */
  also?: PurchasePlace[]
}

export interface LedgerSum {
  currency: 'USD'
  /** As the budgets count it. */
  held: number
  /** Actual, or estimated. */
  settled: number
  /** Of any state. */
  purchases: number
  /** Settled. */
  images: number
  unknownOutcomes: number
  /** Settled without a price: in no sum. */
  unknownPrices: number
}

export interface PurchasePage {
  purchases: Purchase[]
  /** Of the page. */
  sum: LedgerSum
  /** Empty: the last page. */
  next: string
}

export interface SpooledPicture {
  purchase: string
  /** Where it belongs. */
  key: string
  contentType: string
  sizeBytes: number
  spooled: string
}

export interface SpoolPage {
  /** Where it is; empty for nowhere. */
  spool: string
  pictures: SpooledPicture[]
  damaged: string[]
  /** Empty: the last page. */
  next: string
}

export interface Asset {
  id: string
  /** "master", "rendition" ... */
  kind: string
  objectKey: string
  url?: string
  contentType?: string
  /** Of the file, in hexadecimal. */
  sha256: string
  /** px */
  width?: number
  /** px */
  height?: number
  sizeBytes?: number
  jobId?: string
  owner?: string
  provider?: string
  model?: string
  /** In hexadecimal. */
  promptSha256?: string
  /** JSON of the workflow. */
  extra?: string
  /** Milliseconds since 1970. */
  created?: number
}

export interface AssetQuery {
  /** Only those of this job. */
  jobId?: string
  /** Only those of this user. */
  owner?: string
  /** Only those of this kind. */
  kind?: string
  /** Only files with this SHA-256. */
  sha256?: string
  /** Next of the page before, to go on there. */
  after?: string
  /** How many. */
  limit?: number
}

export interface AssetPage {
  assets: Asset[]
  /** Empty: the last page. */
  next: string
}

export interface StoredObject {
  key: string
  sizeBytes: number
  etag: string
  contentType: string
  /** Where readers find it. */
  url: string
}

export interface StoreDescription {
  /** "memory", "file", "s3" ... */
  name: string
  /** Else it is derived from the key. */
  keepsContentType: boolean
  /** What is stored survives a crash. */
  durable: boolean
}

export interface MadePicture {
  /** Empty where the provider changed nothing. */
  revisedPrompt: string
  data: Buffer
}

export interface Usage {
  /** Tokens. */
  inputText?: number
  /** Tokens. */
  inputImage?: number
  /** Tokens. */
  outputImage?: number
  /** Tokens. */
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
  provider: string
  id: string
  /** What else the provider needs to go on. */
  resumeUrl?: string
}

export interface MadePictures {
  images?: MadePicture[]
  /** The provider's own, for support. */
  requestId?: string
  usage?: Usage
  /** Where there are any. */
  adaptations?: Adaptation[]
  /** To resume, in place of all else. */
  task?: RemoteTask
}

export interface Sizes {
  /** [width, height] each; none: by the rules below. */
  fixed: number[][]
  multipleOf: number
  minPixels: number
  maxPixels: number
  maxSide: number
  maxAspect: number
}

export interface ModelDescription {
  priceForm: string
  model: string
  /** Where no other is asked for. */
  quality: string
  qualities: string[]
  sizes: Sizes
  maxImagesPerCall: number
  takesSeed: boolean
  takesNegative: boolean
  takesStrength: boolean
  takesGuidance: boolean
  takesSteps: boolean
  takesExtras: boolean
  takesMask: boolean
  maxReferences: number
  maxPromptChars: number
  trainedModel: boolean
  /** As data/models.json has them. */
  fields: Record<string, any>
}

export interface ProviderDescription {
  priceForm: string
  model: string
  /** Where no other is asked for. */
  quality: string
  qualities: string[]
  sizes: Sizes
  maxImagesPerCall: number
  takesSeed: boolean
  takesNegative: boolean
  takesStrength: boolean
  takesGuidance: boolean
  takesSteps: boolean
  takesExtras: boolean
  takesMask: boolean
  maxReferences: number
  maxPromptChars: number
  trainedModel: boolean
  /** As data/models.json has them. */
  fields: Record<string, any>
  provider: string
  /** A call may cost money. */
  paid: boolean
  takesTaskId: boolean
  /** What is beside them is of the first. */
  models: ModelDescription[]
}

export interface Limits {
  /** Of the file. */
  maxBytes?: number
  /** Width times height. */
  maxPixels?: number
  /** Of whole pictures in memory at one time: decoded, turned, split into planes, resized from rows. */
  maxDecodedBytes?: number
  /** px */
  maxSide?: number
  /** To decode it, and again to make each file. */
  maxTimeMs?: number
  /** What is done with PQ and HLG. */
  hdr?: 'tone-map' | 'refuse'
}

export interface FoundProvenance {
  digitalSourceType: string
  creatorTool: string
  model: string
  promptSha256: string
  hasC2pa: boolean
}

export interface FoundCredits {
  /** At most 16, in their order. */
  creators: string[]
  /** To print beside the picture. */
  creditLine: string
  /** The notice. */
  copyright: string
  /** Of a page about the rights. */
  rightsUrl: string
  /** What others may do with it. */
  usageTerms: string
}

export interface Inspected {
  /** By content. */
  format: 'webp' | 'jpeg' | 'png' | 'avif' | 'gif'
  /** px */
  width: number
  /** px */
  height: number
  /** px */
  storedWidth: number
  /** px */
  storedHeight: number
  /** EXIF, 1..8. */
  orientation: number
  bitsPerChannel: number
  colour: string
  /** Of what is stored; pictures come in sRGB. */
  colourSpace: string
  hasAlpha: boolean
  hasIccProfile: boolean
  animated: boolean
  frames: number
  sizeBytes: number
  provenance: FoundProvenance
  credits: FoundCredits
  /** What its owner should know. */
  notes: string[]
  /** Base64, where it was asked for. */
  thumbHash?: string
}

export interface Decoded {
  /** px */
  width: number
  /** px */
  height: number
  channels: number
  /** Of a row. */
  strideBytes: number
  data: Buffer
}

export interface EncodeRequest {
  /** px */
  width: number
  /** px */
  height: number
  channels: 1 | 3 | 4
  format?: 'webp' | 'jpeg' | 'png' | 'avif'
  /** Where none is said, 90, and 78 for AVIF, which looks the same. */
  quality?: number
  /** 0 is fast; WebP up to 6, AVIF up to 9. */
  effort?: number
  /** WebP, AVIF. */
  lossless?: boolean
  /** WebP. */
  nearLossless?: boolean
  /** WebP. */
  alphaQuality?: number
  /** Lossy WebP; 0 goes by quality. */
  targetBytes?: number
  /** PNG. */
  compressionLevel?: number
  /** 8; PNG also 16, AVIF 10 and 12. */
  bitDepth?: 8 | 10 | 12 | 16
  /** JPEG, AVIF. */
  chromaSubsampling?: 'automatic' | '4:2:0' | '4:4:4'
  /** JPEG: in scans; PNG: interlaced. */
  progressive?: boolean
  /** JPEG. */
  optimiseCoding?: boolean
  /** PNG, where it loses nothing. */
  palette?: boolean
  /** PNG with a palette of at most so many, 2..256; 0 loses nothing. */
  colours?: number
  /** PNG with colours; 0 does not. */
  dither?: number
}

export interface EncodedFile {
  format: 'webp' | 'jpeg' | 'png' | 'avif'
  /** px */
  width: number
  /** px */
  height: number
  sizeBytes: number
  /** What of the request the file has not. */
  notes: string[]
  data: Buffer
}

export interface Point {
  /** From the left. */
  x: number
  /** From the top. */
  y: number
}

export interface Provenance {
  /** IPTC DigitalSourceType. */
  source?: 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia' | 'algorithmicallyEnhanced' | 'algorithmicMedia' | 'dataDrivenMedia' | 'digitalCreation' | 'humanEdits' | 'composite' | 'compositeSynthetic'
  model?: string
  /** In hexadecimal. */
  promptSha256?: string
  creatorTool?: string
}

export interface Trim {
  /** How far a channel may be from the border's colour. */
  threshold?: number
  /** #rgb, #rrggbb, #rrggbbaa, transparent, white or black; of the border; absent: that of the top left pixel. */
  colour?: string
}

export interface Sharpen {
  /** px of the output: how far it looks */
  sigma?: number
  /** How much is added where little differs. */
  flat?: number
  /** The same at edges. */
  jagged?: number
}

export interface Margins {
  /** px */
  left?: number
  /** px */
  top?: number
  /** px */
  right?: number
  /** px */
  bottom?: number
}

export interface Credits {
  /** At most 16, in their order. */
  creators?: string[]
  /** To print beside the picture. */
  creditLine?: string
  /** The notice. */
  copyright?: string
  /** Of a page about the rights. */
  rightsUrl?: string
  /** What others may do with it. */
  usageTerms?: string
}

export interface Overlay {
  /** Which of the pictures that come with the file. */
  picture?: number
  /** Centre, north, north-east ... north-west, attention, entropy; {x, y}, where the window is centred as near as the edges allow; or {objectPosition: {x, y}}, as CSS has it; where it stands: a word, or {x, y} of the free room. */
  position?: string | Point | Record<string, any>
  /** Its width as a share of the output's; 0: as large as it is. */
  scale?: number
  opacity?: number
  /** px free at the edges, and between tiles */
  margin?: number
  /** Again and again over the whole output. */
  tiled?: boolean
}

export interface Rendition {
  /** Of the box, px; 0 follows from the height, and both 0 are as large as what is cut. */
  width?: number
  /** The same; 0 follows from the width. */
  height?: number
  fit?: 'cover' | 'contain' | 'fill' | 'inside' | 'outside'
  /** Centre, north, north-east ... north-west, attention, entropy; {x, y}, where the window is centred as near as the edges allow; or {objectPosition: {x, y}}, as CSS has it; what is kept, or where it stands. */
  position?: string | Point | Record<string, any>
  upscale?: boolean
  /** #rgb, #rrggbb, #rrggbbaa, transparent, white or black. */
  background?: string
  /** Puts what has alpha onto the background. */
  flatten?: boolean
  /** Px; 0 does not blur. */
  blurSigma?: number
  /** On an axis that shrinks. */
  kernel?: 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3'
  /** On an axis that grows. */
  enlargeKernel?: 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3'
  linearLight?: boolean
  /** Written into the file as XMP. */
  provenance?: Provenance
  /** Degrees clockwise. */
  rotate?: 0 | 90 | 180 | 270
  /** Upside down, before it is turned. */
  flip?: boolean
  /** Left becomes right, before it is turned. */
  flop?: boolean
  /** Only this part of the turned picture is used. */
  extract?: PixelRect
  /** Cuts off a border of one colour. */
  trim?: Trim
  /** After the resize. */
  sharpen?: Sharpen
  /** Margins around what was fitted. */
  extend?: Margins
  /** What stands in the margins. */
  extendWith?: 'background' | 'copy' | 'mirror' | 'repeat'
  /** Whose it is, written into the file as XMP. */
  credits?: Credits
  /** Those of the picture's file, but for what credits says. */
  keepCredits?: boolean
  format?: 'webp' | 'jpeg' | 'png' | 'avif'
  /** Where none is said, 90, and 78 for AVIF, which looks the same. */
  quality?: number
  /** 0 is fast; WebP up to 6, AVIF up to 9. */
  effort?: number
  /** WebP, AVIF. */
  lossless?: boolean
  /** WebP. */
  nearLossless?: boolean
  /** WebP. */
  alphaQuality?: number
  /** Lossy WebP; 0 goes by quality. */
  targetBytes?: number
  /** PNG. */
  compressionLevel?: number
  /** 8; PNG also 16, AVIF 10 and 12. */
  bitDepth?: 8 | 10 | 12 | 16
  /** JPEG, AVIF. */
  chromaSubsampling?: 'automatic' | '4:2:0' | '4:4:4'
  /** JPEG: in scans; PNG: interlaced. */
  progressive?: boolean
  /** JPEG. */
  optimiseCoding?: boolean
  /** PNG, where it loses nothing. */
  palette?: boolean
  /** PNG with a palette of at most so many, 2..256; 0 loses nothing. */
  colours?: number
  /** PNG with colours; 0 does not. */
  dither?: number
  /** Laid over it, the uppermost last. */
  overlays?: Overlay[]
}

export interface KeptSubject {
  /** Around it, in the picture. */
  box: PixelRect
  /** Else it is only what stands out. */
  isFace: boolean
  /** Which share of the box is in the crop, 0..1. */
  kept: number
}

export interface RenditionFailure {
  code: string
  message: string
}

export interface RenditionPlan {
  /** px */
  width?: number
  /** px */
  height?: number
  /** What would be kept of the picture. */
  crop?: PixelRect
  upscaled?: boolean
  /** All that were found in the picture. */
  faces?: PixelRect[]
  /** The face that counts most, or what stands out. */
  subject?: KeptSubject
  /** Also one for each face that would be cut. */
  notes?: string[]
  /** Why it cannot be made; then nothing else is here. */
  error?: RenditionFailure
}

export interface RenditionPlans {
  /** In the order of the request. */
  renditions: RenditionPlan[]
}

export interface RenditionMade {
  format?: 'webp' | 'jpeg' | 'png' | 'avif'
  /** px */
  width?: number
  /** px */
  height?: number
  sizeBytes?: number
  /** What was kept of the picture. */
  crop?: PixelRect
  upscaled?: boolean
  /** What attention or entropy was to keep. */
  subject?: KeptSubject
  notes?: string[]
  /** Why there is no file; then nothing else is here. */
  error?: RenditionFailure
  data?: Buffer
}

export interface Rendered {
  /** In the order of the request. */
  renditions: RenditionMade[]
}

export interface MaskPolarityShare {
  polarity: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'
  /** 0..1. */
  editedShare: number
}

export interface InspectedMask {
  /** px */
  width: number
  /** px */
  height: number
  /** The one that it was read as. */
  polarity: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'
  /** How many were noise of a lossy file. */
  cleanedPixels: number
  /** Of the pixels, 0..1: at least half edited. */
  editedShare: number
  /** Of the pixels, 0..1: edited at all. */
  touchedShare: number
  /** Around all that is touched; null: nothing is. */
  region: PixelRect | null
  /** Each that it can be read as, and what it then edits. */
  polarities: MaskPolarityShare[]
}

export interface MaskedFile {
  format: 'webp' | 'jpeg' | 'png' | 'avif'
  /** px */
  width: number
  /** px */
  height: number
  /** The one that it was read as. */
  polarity: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'
  /** How many were noise of a lossy file. */
  cleanedPixels: number
  /** Of the pixels, 0..1: at least half edited. */
  editedShare: number
  /** Of the pixels, 0..1: edited at all. */
  touchedShare: number
  /** Around all that is touched; null: nothing is. */
  region: PixelRect | null
  sizeBytes: number
  data: Buffer
}

export interface OutpaintFiles {
  /** Of the picture; the mask is a PNG. */
  format: 'webp' | 'jpeg' | 'png' | 'avif'
  /** px */
  width: number
  /** px */
  height: number
  /** Where the old picture stands in the larger one. */
  place: PixelRect
  /** Of the pixels, 0..1: at least half edited. */
  editedShare: number
  /** Of the pixels, 0..1: edited at all. */
  touchedShare: number
  /** Around all that is touched; null: nothing is. */
  region: PixelRect | null
  picture: Buffer
  mask: Buffer
}

export interface FirstProvider {
  name: string
  model: string
}

export interface Formats {
  read: string[]
  write: string[]
}

export interface RuntimeDescription {
  version: string
  /** Who is asked where nothing else is said. */
  provider: FirstProvider
  providers: string[]
  store: string
  threads: number
  formats: Formats
}

export interface Finding {
  /** Warning: it works, and somebody should look at it. */
  verdict: 'good' | 'warning' | 'broken'
  /** "provider", "store" ... */
  subject: string
  text: string
}

export interface Examination {
  /** Nothing is broken. */
  ok: boolean
  findings: Finding[]
}

export interface WorkerResult {
  drained: boolean
  /** That ended here: the sum of those that follow. */
  jobs: number
  succeeded: number
  partlySucceeded: number
  failed: number
  cancelled: number
}

export interface WorkerProgress {
  /** Working, written, notDone or word. */
  stage: string
  jobId?: string
  kind?: string
  state?: 'queued' | 'running' | 'succeeded' | 'partly_succeeded' | 'failed' | 'cancelled'
  attempt?: number
  error?: string
  /** The word, for people. */
  text?: string
  /** Of working: where the jobs are. */
  database?: string
  /** Of working. */
  concurrency?: number
}

export interface JobAudit {
  jobId: string
  /** Nobody has changed the record since. */
  intact: boolean
  fault?: string
  events: JobEvent[]
  purchases: Purchase[]
}

export interface LedgerExport {
  sum: LedgerSum
  csv: string
}

export interface SpendGroup {
  /** "2026-11-21" of a day. */
  key: string
  currency: 'USD'
  /** As the budgets count it. */
  held: number
  /** Actual, or estimated. */
  settled: number
  /** Of any state. */
  purchases: number
  /** Settled. */
  images: number
  unknownOutcomes: number
  /** Settled without a price: in no sum. */
  unknownPrices: number
}

export interface SpendSums {
  /** By key. */
  groups: SpendGroup[]
  /** Of all of them. */
  sum: LedgerSum
}

export interface Identity {
  /** Blank: nobody is signed in. */
  user: string
  roles?: string[]
}

export interface HttpCall {
  method: string
  /** With the query, percent-encoded as it came. */
  path: string
  headers?: Record<string, any>
  /** Who is signed in; null: nobody. */
  identity?: Identity | null
  body?: string
}

export interface HttpIncident {
  id: string
  error: Record<string, any>
}

export interface HttpAnswer {
  status: number
  headers: Record<string, any>
  body: string
  /** To log, and not to send. */
  incident?: HttpIncident
}

export interface EraseRequest {
  /** A user's id, exactly. */
  user?: string
  /** A character's id, exactly. */
  character?: string
  /** Cancel the person's jobs that are queued or run, and wait for them; else refuse. */
  cancelJobs?: boolean
  /** Only tell what would go. */
  dryRun?: boolean
  /** How long to wait for jobs that were cancelled. */
  patienceMs?: number
}

export interface EraseFailure {
  /** "object images/1.webp", "job j-1". */
  what: string
  code: string
  message: string
  retryable: boolean
}

export interface EraseReport {
  user?: string
  character?: string
  /** Nothing went: it would go. */
  dryRun: boolean
  /** Nothing that is known is left. */
  complete: boolean
  foundNothing: boolean
  /** Jobs that were queued or ran. */
  cancelled: number
  /** Of which a stub is left. */
  jobs: number
  /** Whose texts went. */
  purchases: number
  /** Records of files. */
  assets: number
  /** Pictures of the spool. */
  spooled: number
  /** Others, by their collection. */
  records: Record<string, any>
  /** Keys of files that went. */
  removed: string[]
  /** Keys of files that somebody else has too, and that stay. */
  shared: string[]
  /** In a dry run: jobs that are queued or run. */
  live: string[]
  /** What may be the person's too and stays, a sentence each. */
  left: string[]
  failed: EraseFailure[]
}

export interface CopiedPart {
  name: string
  /** Or pictures. */
  rows: number
  /** Over all values, the same in source and copy. */
  sha256: string
}

export interface StateCopyReport {
  source: string
  target: string
  /** Read again from both, and found equal. */
  parts: CopiedPart[]
  /** An earlier call had begun it. */
  resumed: boolean
  /** It was there already, and nobody has used it since. */
  wasComplete: boolean
  /** No worker takes anything from the source any more. */
  sourceRetired: boolean
  /** What its operator should know. */
  remarks: string[]
}

export interface StateCopyProgress {
  part: string
  /** Of it so far. */
  rows: number
}

export interface PriceEstimate {
  model: string
  quality: string
  /** At most; null: unknown. */
  estimatedUsd?: number
  /** Null: unknown. */
  leastUsd?: number
  /** From a neighbouring size or quality. */
  rough: boolean
  priceForm: string
  priceDate: string
  source: string
}

export interface PriceEstimates {
  provider: string
  prices: PriceEstimate[]
}

export interface HeroesOperations {
  /** Makes the lifestyle heroes of a work item: one master a shot, cut into every size of its pack. */
  generate(request: HeroRequest, options?: CallOptions<HeroProgress>): Call<HeroResult, HeroProgress>
}

export interface PromptsOperations {
  /** Makes a better prompt for the user to approve, and tells what pictures of it would cost. */
  enhance(request: { intent: string; prompt: string }, options?: CallOptions): Call<EnhancedPrompt>
  /** Queues a job that buys pictures of exactly the approved prompt. */
  execute(request: { intent: string; rawPrompt: string; finalPrompt: string; imageCount?: number; owner?: string }, options?: CallOptions): Call<QueuedPromptJob>
  /** Tells how a prompt job stands. */
  get(jobId: string, options?: { owner?: string } & CallOptions): Call<PromptJob>
  /** Queues a failed prompt job again; pictures that were paid for are kept. */
  retry(jobId: string, options?: { owner?: string } & CallOptions): Call<QueuedPromptJob>
  /** Cancels a prompt job that has not ended, or asks its worker to stop. */
  cancel(jobId: string, options?: { owner?: string } & CallOptions): Call<PromptJob>
  /** Lists prompt jobs, newest first. */
  list(request?: { state?: 'queued' | 'running' | 'succeeded' | 'partly_succeeded' | 'failed' | 'cancelled'; owner?: string; after?: string; limit?: number } & CallOptions, options?: CallOptions): Call<PromptJobPage>
}

export interface JobsOperations {
  /** Shows a job of any kind. */
  get(id: string, options?: { owner?: string } & CallOptions): Call<Job>
  /** Cancels a job that has not ended. */
  cancel(id: string, options?: { owner?: string } & CallOptions): Call<Job>
  /** Queues a job again that failed, was cancelled or partly succeeded. */
  retry(id: string, options?: { owner?: string } & CallOptions): Call<Job>
  /** Lists jobs of all kinds, newest first. */
  list(request?: { kind?: string; state?: 'queued' | 'running' | 'succeeded' | 'partly_succeeded' | 'failed' | 'cancelled'; owner?: string; after?: string; limit?: number; declinedSince?: boolean } & CallOptions, options?: CallOptions): Call<JobPage>
  /** Tells what happened to a job, and whether the record was changed since. */
  events(id: string, options?: { owner?: string } & CallOptions): Call<JobEvents>
  /** Plans and renders a job again from its record, offline and free. */
  replay(id: string, options?: { owner?: string } & CallOptions): Call<Replay>
  /** Tells what happened to a job and what was bought for it, and whether the record was changed since. */
  audit(id: string, options?: { owner?: string } & CallOptions): Call<JobAudit>
}

export interface SpendOperations {
  /** Lists what was bought, oldest first, with the sum of the page. */
  list(request?: { jobId?: string; user?: string; from?: number; until?: number; after?: string; limit?: number } & CallOptions, options?: CallOptions): Call<PurchasePage>
  /** Tells what counts against a budget, in US dollars. */
  used(scope: string, options?: CallOptions): Call<number>
  /** Says how a purchase ended whose outcome nobody knows: nothing is owed (`released`), it did cost `actualUsd` (`settled`), or it may be bought again while its estimate stays held (`buyAgain`). */
  settle(request: { purchase: string; outcome: 'released' | 'settled' | 'buyAgain'; actualUsd?: number; note?: string }, options?: CallOptions): Call<Purchase>
  /** Lists paid pictures that no store has taken yet, oldest first. */
  spool(request?: { after?: string; limit?: number } & CallOptions, options?: CallOptions): Call<SpoolPage>
  /** Gives the whole ledger as a table, and what it adds up to. */
  export(request?: { jobId?: string; user?: string } & CallOptions, options?: CallOptions): Call<LedgerExport>
  /** Adds up what was bought, by user, day (UTC), model or provider. */
  sums(by: 'user' | 'day' | 'model' | 'provider', options?: { jobId?: string; user?: string } & CallOptions): Call<SpendSums>
}

export interface AssetsOperations {
  /** Adds the record of a file, or replaces the one with its id. */
  put(asset: Asset, options?: CallOptions): Call<void>
  /** Shows the record of a file; null when there is none. */
  get(id: string, options?: CallOptions): Call<Asset | null>
  /** Removes the record of a file; the file stays. */
  remove(id: string, options?: CallOptions): Call<void>
  /** Lists records of files, newest first. */
  list(request?: AssetQuery & CallOptions, options?: CallOptions): Call<AssetPage>
}

export interface StoreOperations {
  /** Stores an object. */
  put(key: string, data: Bytes, options?: { contentType?: string; cacheControl?: string; onlyIfAbsent?: boolean } & CallOptions): Call<StoredObject>
  /** Fetches an object. */
  get(key: string, options?: { maxBytes?: number } & CallOptions): Call<Buffer>
  /** Tells what is known of an object; null when there is none. */
  head(key: string, options?: CallOptions): Call<StoredObject | null>
  /** Removes an object, if there is one. */
  remove(key: string, options?: CallOptions): Call<void>
  /** Tells where a reader finds an object. */
  url(key: string, options?: CallOptions): Call<string>
  /** Lists objects by key. */
  list(request?: { prefix?: string; after?: string; limit?: number } & CallOptions, options?: CallOptions): Call<StoredObject[]>
  /** Tells what the store can do. */
  describe(options?: CallOptions): Call<StoreDescription>
}

export interface ProviderOperations {
  /** Makes the bare call of a provider, the first where none is named: what it buys is in no ledger and counts against no budget. */
  submit(request: { outsideTheLedger: true; provider?: string; model?: string; quality?: string; prompt: string; negativePrompt?: string; count?: number; strength?: number; guidance?: number; steps?: number; user?: string; taskId?: string; width: number; height: number; seed?: bigint | number | string; extras?: Record<string, any>; strict?: boolean; timeoutMs?: number }, options?: CallOptions): Call<MadePictures>
  /** Waits for a task of the provider, and fetches its pictures. */
  resume(request: { task: RemoteTask; timeoutMs?: number }, options?: CallOptions): Call<MadePictures>
  /** Cancels a task of the provider. */
  cancel(request: { task: RemoteTask; timeoutMs?: number }, options?: CallOptions): Call<void>
  /** Asks the first provider, free of charge, whether it is there and takes our key. */
  check(request?: { timeoutMs?: number } & CallOptions, options?: CallOptions): Call<void>
  /** Tells what a provider and its models can do: of that name, or the first. */
  describe(request?: { provider?: string } & CallOptions, options?: CallOptions): Call<ProviderDescription>
  /** Tells what pictures of a provider's models may cost. Asks nobody; no key is needed. */
  prices(request?: { provider?: string; model?: string; quality?: string; width?: number; height?: number; count?: number } & CallOptions, options?: CallOptions): Call<PriceEstimate[]>
}

export interface MasksOperations {
  /** Tells what a mask edits, in each polarity that its file can be read as. */
  inspect(mask: Bytes, options?: { polarity?: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'; threshold?: number; keepNoise?: boolean; limits?: Limits } & CallOptions): Call<InspectedMask>
  /** Reads a mask of any polarity, shapes it and writes it in the polarity that is wanted. */
  prepare(mask: Bytes, options?: { polarity?: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'; threshold?: number; keepNoise?: boolean; limits?: Limits; invert?: boolean; grow?: number; feather?: number; featherSide?: 'inside' | 'both' | 'outside'; allowEmpty?: boolean; allowWhole?: boolean; width?: number; height?: number; writeAs?: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit' } & CallOptions): Call<MaskedFile>
  /** Puts a mask into the alpha of a picture, so that what is transparent is to be edited. */
  embed(picture: Bytes, mask: Bytes, options?: { polarity?: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'; threshold?: number; keepNoise?: boolean; limits?: Limits; invert?: boolean; grow?: number; feather?: number; featherSide?: 'inside' | 'both' | 'outside'; allowEmpty?: boolean; allowWhole?: boolean; resize?: boolean } & CallOptions): Call<MaskedFile>
  /** Puts an edited picture over the one that it was made of, where the mask says so. */
  composite(base: Bytes, edited: Bytes, mask: Bytes, options?: { polarity?: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'; threshold?: number; keepNoise?: boolean; limits?: Limits; invert?: boolean; grow?: number; feather?: number; featherSide?: 'inside' | 'both' | 'outside'; allowEmpty?: boolean; allowWhole?: boolean; resize?: boolean; format?: 'webp' | 'jpeg' | 'png' | 'avif'; quality?: number; effort?: number; lossless?: boolean; nearLossless?: boolean; alphaQuality?: number; targetBytes?: number; compressionLevel?: number; bitDepth?: 8 | 10 | 12 | 16; chromaSubsampling?: 'automatic' | '4:2:0' | '4:4:4'; progressive?: boolean; optimiseCoding?: boolean; palette?: boolean; colours?: number; dither?: number } & CallOptions): Call<MaskedFile>
  /** Puts a picture onto a larger canvas, and makes the mask of what is to be painted there. */
  outpaint(picture: Bytes, options?: { left?: number; top?: number; right?: number; bottom?: number; fill?: 'background' | 'copy' | 'mirror' | 'repeat'; overlap?: number; feather?: number; background?: string; width?: number; height?: number; aspectRatio?: string; position?: string | Point | Record<string, any>; writeAs?: 'white_is_edit' | 'black_is_edit' | 'transparent_is_edit' | 'opaque_is_edit'; limits?: Limits; format?: 'webp' | 'jpeg' | 'png' | 'avif'; quality?: number; effort?: number; lossless?: boolean; nearLossless?: boolean; alphaQuality?: number; targetBytes?: number; compressionLevel?: number; bitDepth?: 8 | 10 | 12 | 16; chromaSubsampling?: 'automatic' | '4:2:0' | '4:4:4'; progressive?: boolean; optimiseCoding?: boolean; palette?: boolean; colours?: number; dither?: number } & CallOptions): Call<OutpaintFiles>
}

export interface RuntimeOperations {
  /** Tells what this library and its configuration are. */
  describe(options?: CallOptions): Call<RuntimeDescription>
  /** Tries provider and store, and says what is wrong; buys nothing. */
  examine(options?: CallOptions): Call<Finding[]>
}

export interface WorkerOperations {
  /** Does queued jobs of every kind, until it is drained or cancelled, or nothing is left. */
  run(request?: { concurrency?: number; untilIdle?: boolean } & CallOptions<WorkerProgress>, options?: CallOptions<WorkerProgress>): Call<WorkerResult, WorkerProgress>
}

export interface PersonsOperations {
  /** Removes the prompts, references, files and records of a user or a character; the ledger keeps amounts. */
  erase(request?: EraseRequest & CallOptions, options?: CallOptions): Call<EraseReport>
}

export interface StateOperations {
  /** Copies a state to another database, as a backup or to move it; nobody may work with either meanwhile. */
  copy(request: { source: string; target: string; retireSource?: boolean }, options?: CallOptions<StateCopyProgress>): Call<StateCopyReport, StateCopyProgress>
}

/** Groups of operations of a runtime. */
export interface OperationGroups {
  readonly heroes: HeroesOperations
  readonly prompts: PromptsOperations
  readonly jobs: JobsOperations
  readonly spend: SpendOperations
  readonly assets: AssetsOperations
  readonly store: StoreOperations
  readonly provider: ProviderOperations
  readonly masks: MasksOperations
  readonly worker: WorkerOperations
  readonly persons: PersonsOperations
  readonly state: StateOperations
}
