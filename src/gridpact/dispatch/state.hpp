#pragma once

#include "gridpact/dispatch/grid_point.hpp"
#include "gridpact/dispatch/row_tests.hpp"
#include "gridpact/dispatch/units.hpp"

namespace gridpact::dispatch {

struct Prepared::State {
  Units units;   ///< all of the state is in these
  Case problem;  ///< so is the case
  std::shared_ptr<const network::AcFlow> flow;
  std::shared_ptr<const network::CaseColumns> columns;
  Beliefs beliefs;
  std::shared_ptr<const RowTests> tests;
  Decision decision;  ///< at which the grid is linearised
  GridPoint grid;
  /// How far each decision may move from the operating point, as a share of its range. The linear
  /// model and what is believed of the stations hold near it; a step that shrinks from one
  /// re-linearisation to the next makes plan and operating point meet.
  double step = 1.0;
  /// The stations keep to the decision's targets, so that their deviations, which are believed for
  /// these targets, are the plan's own.
  bool stations_keep_targets = false;
  /// Which generators run: the program chooses it, or it is the decision's; then it is held for
  /// all, or for the plan alone and the lower bound is proven for every choice.
  enum class Running { chosen, held, held_and_proven };
  Running running = Running::chosen;
  /// Where the plan stood so far, if generators may stand still: one that starts or stops goes far
  /// from the operating point, where its tangent knows too little of the losses.
  std::vector<ImportTangents> visited;
  double uncontrolled_peak_kw =
      0.0;                       ///< import peak if every car charged on arrival, no generation
  double import_limit_kw = 0.0;  ///< the lower of the connection and the peak target
};

}  // namespace gridpact::dispatch
