// From a job being added to its handler beginning, in one process, at a steady pace: as start_times.cpp does it.
import { setTimeout as sleep } from 'node:timers/promises'

export class StartTimes {
  constructor(count, perSecond) {
    this.count = count
    this.perSecond = perSecond
    this.added = []
    this.times = []
    this.all = new Promise((resolve) => { this.resolve = resolve })
  }

  // What a handler calls at once.
  begun(number) {
    this.times.push(performance.now() - this.added[number])
    if (this.times.length === this.count) this.resolve()
  }

  // \param add Adds a job with that number.
  async run(add) {
    const begin = performance.now()
    const adding = []
    for (let i = 0; i < this.count; ++i) {
      const wait = begin + i * 1000 / this.perSecond - performance.now()
      if (wait > 0) await sleep(wait)
      this.added[i] = performance.now()
      adding.push(add(i))
    }
    await Promise.all(adding)
    await this.all
    const sorted = this.times.sort((a, b) => a - b)
    return {
      starts: this.count,
      startMedianMs: sorted[Math.floor(this.count / 2)],
      startP99Ms: sorted[Math.floor(this.count * 99 / 100)],
    }
  }
}
