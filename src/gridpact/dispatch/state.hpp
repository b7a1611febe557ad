#pragma once

#include "gridpact/dispatch/grid_point.hpp"

namespace gridpact::dispatch {

struct Prepared::State {
  Case problem;
  std::shared_ptr<const network::AcFlow> flow;
  Beliefs beliefs;
  Decision decision;  ///< at which the grid is linearised
  GridPoint grid;
  double uncontrolled_peak_kw =
      0.0;                       ///< import peak if every car charged on arrival, no generation
  double import_limit_kw = 0.0;  ///< the lower of the connection and the peak target
};

}  // namespace gridpact::dispatch
