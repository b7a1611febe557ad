#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace gridpact {

/// Runs `work(i)` for i in [0, count) on `threads` threads (0 = all of the machine). Each i must
/// write only its own results; then the outcome does not depend on the number of threads. Stops
/// handing out work once `stop` is requested and returns false; items are handed out in order, so
/// the finished ones are then 0 … `*finished` − 1. An exception of `work` is rethrown here.
bool parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work,
                  const std::stop_token& stop = {}, std::size_t* finished = nullptr);

}  // namespace gridpact
