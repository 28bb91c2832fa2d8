// One class for each status of the library.

export interface ErrorDetails {
  retryable?: boolean
  retryAfterMs?: number
  /** Of a provider: whether something may have been bought. */
  delivery?: 'not_sent' | 'unknown' | 'answered'
  providerText?: string
  spent?: boolean
  httpStatus?: number
  body?: any
  faults?: Fault[]
  cause?: unknown
}

export interface Fault {
  path: string
  message: string
}

export class ImagegenError extends Error {
  constructor(message: string, details?: ErrorDetails & { code?: string })
  /** "RATE_LIMITED" */
  readonly code: string
  readonly status: number
  /** The same call may simply be made again. */
  readonly retryable: boolean
  readonly retryAfterMs?: number
  /** Money was, or may have been, spent. */
  readonly spent: boolean
  /** How far a request that may cost money had come. */
  readonly delivery?: 'not_sent' | 'answered' | 'unknown'
  /** What an HTTP route answers. */
  readonly httpStatus: number
  readonly body: any
  /** What is wrong in the request, by path. */
  readonly faults: Fault[]
  /** May quote users: never log it. */
  readonly providerText?: string
  readonly operation?: string
}

/** The library is not there, cannot be loaded, or is of another major version. */
export class LibraryError extends ImagegenError {
  constructor(message: string, looked?: string[], cause?: unknown)
  readonly looked: string[]
}

declare class StatusError extends ImagegenError {
  constructor(message: string, details?: ErrorDetails)
}

export class InternalError extends StatusError {}
export class InvalidArgumentError extends StatusError {}
export class NotFoundError extends StatusError {}
export class AlreadyExistsError extends StatusError {}
export class PermissionDeniedError extends StatusError {}
export class UnsupportedError extends StatusError {}
export class LimitExceededError extends StatusError {}
export class CorruptDataError extends StatusError {}
export class CancelledError extends StatusError {}
export class DeadlineExceededError extends StatusError {}
export class UnavailableError extends StatusError {}
export class RateLimitedError extends StatusError {}
export class QuotaExceededError extends StatusError {}
export class ContentRefusedError extends StatusError {}
export class BadAnswerError extends StatusError {}
export class BudgetExceededError extends StatusError {}
export class StorageFailedError extends StatusError {}
export class ConflictError extends StatusError {}
export class LeaseLostError extends StatusError {}
export class OutcomeUnknownError extends StatusError {}
export class ClosedError extends StatusError {}

export {}
