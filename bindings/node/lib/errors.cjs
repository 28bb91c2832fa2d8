'use strict'
// One class for each status of the library, all made from one table.

/** Status, code and class; the numbers are those of imagegen.h and never change. */
const table = [
  [1, 'INTERNAL', 'InternalError'],
  [2, 'INVALID_ARGUMENT', 'InvalidArgumentError'],
  [3, 'NOT_FOUND', 'NotFoundError'],
  [4, 'ALREADY_EXISTS', 'AlreadyExistsError'],
  [5, 'PERMISSION_DENIED', 'PermissionDeniedError'],
  [6, 'UNSUPPORTED', 'UnsupportedError'],
  [7, 'LIMIT_EXCEEDED', 'LimitExceededError'],
  [8, 'CORRUPT_DATA', 'CorruptDataError'],
  [9, 'CANCELLED', 'CancelledError'],
  [10, 'DEADLINE_EXCEEDED', 'DeadlineExceededError'],
  [11, 'UNAVAILABLE', 'UnavailableError'],
  [12, 'RATE_LIMITED', 'RateLimitedError'],
  [13, 'QUOTA_EXCEEDED', 'QuotaExceededError'],
  [14, 'CONTENT_REFUSED', 'ContentRefusedError'],
  [15, 'BAD_ANSWER', 'BadAnswerError'],
  [16, 'BUDGET_EXCEEDED', 'BudgetExceededError'],
  [17, 'STORAGE_FAILED', 'StorageFailedError'],
  [18, 'CONFLICT', 'ConflictError'],
  [19, 'LEASE_LOST', 'LeaseLostError'],
  [20, 'OUTCOME_UNKNOWN', 'OutcomeUnknownError'],
  [1001, 'CLOSED', 'ClosedError'],
]

/**
 * Why a call came to nothing. Hosts may throw the classes below it out of their own parts:
 * `throw new RateLimitedError('slow down', { retryAfterMs: 1000, delivery: 'answered' })`.
 */
class ImagegenError extends Error {
  constructor(message, details = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = details.code ?? new.target.code ?? 'INTERNAL'
    this.status = details.status ?? new.target.status ?? 1
    this.retryable = details.retryable ?? false
    this.retryAfterMs = details.retryAfterMs
    this.spent = details.spent ?? false
    this.httpStatus = details.httpStatus ?? (this.code === 'INVALID_ARGUMENT' ? 400 : 500)
    this.body = details.body ?? bodyOf(this.code, message)
    this.faults = details.faults ?? []
    this.operation = details.operation
    if (details.delivery !== undefined) this.delivery = details.delivery
    // May quote users: kept out of console.log() and JSON, which end up in logs.
    Object.defineProperty(this, 'providerText', { value: details.providerText, enumerable: false })
  }
}
Object.defineProperty(ImagegenError.prototype, 'name', { value: 'ImagegenError', configurable: true, writable: true })

// What the library answers in these cases, for errors that are found before it is asked.
function bodyOf(code, message) {
  if (code !== 'INVALID_ARGUMENT') return { ok: false, error: 'INTERNAL_ERROR' }
  return { ok: false, error: 'INVALID_REQUEST', details: { formErrors: [message], fieldErrors: {} } }
}

const statusClasses = {}
const byStatus = new Map()
for (const [status, code, name] of table) {
  const made = { [name]: class extends ImagegenError {} }[name]
  made.code = code
  made.status = status
  Object.defineProperty(made.prototype, 'name', { value: name, configurable: true, writable: true })
  statusClasses[name] = made
  byStatus.set(status, made)
}

/** The library is not there, cannot be loaded, or is of another major version. `looked` lists what was tried. */
class LibraryError extends ImagegenError {
  constructor(message, looked = [], cause = undefined) {
    super(message, { code: 'LIBRARY', status: 0, ...(cause === undefined ? {} : { cause }) })
    this.looked = looked
  }
}
Object.defineProperty(LibraryError.prototype, 'name', { value: 'LibraryError', configurable: true, writable: true })

/** The error that the document of imagegen_error_json() describes. */
function fromDocument(document, operation) {
  const known = byStatus.get(document.status) ?? ImagegenError
  return new known(document.message ?? document.code ?? 'unknown failure', { ...document, operation })
}

module.exports = { ImagegenError, LibraryError, statusClasses, fromDocument }
