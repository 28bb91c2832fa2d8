#pragma once
#include <functional>
#include <string>

/// \file What a test does in a process of its own, so that it may be killed or see another disk.
namespace imagegen::test {

/// Runs `work` in a child. \return What it gave, or -1 when the child was killed.
int in_child(const std::function<int()>& work);

/// Runs `work` in a child that sees an empty disk at `folder`, and expects 0 of it; any other number says where it went
/// wrong. Fails where CI is set and the user may not mount, else skips the test. \param size As tmpfs takes it: "256k".
void expect_on_small_disk(const std::string& folder, const std::string& size, const std::function<int()>& work);

/// Writes files into `folder` until not a page is left: fill-65536, whose removal makes room, and fill-4096.
void fill_disk(const std::string& folder);

}  // namespace imagegen::test
