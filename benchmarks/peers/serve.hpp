#pragma once
#include <functional>
#include <string>

/// \file How compare.py talks with the programs it measures: one line in, one line of JSON out.
namespace peers {

struct Side {
  std::string about;                          ///< A JSON object: versions and threads.
  std::function<void()> round;                ///< All of the work, once.
  std::function<void(std::size_t)> one_shot;  ///< The outputs of one input, by its index; counted round and round.
  std::function<void()> write;                ///< Writes the files that were made last.
};

/// Prints `about`, then obeys the lines of standard input until its end: "round", "shot N", "write". Answers with
/// {"wall_ms", "cpu_ms", "rss_kib", "peak_kib"} of what was done; CPU and memory are those of the whole process.
void serve(const Side& side);

}  // namespace peers
