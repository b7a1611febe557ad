#pragma once

#include <cstddef>
#include <functional>

namespace gridpact {

/// Index of one thing of one kind, so that a NodeId can never be handed in as a BranchId.
/// Ids are dense: the i-th element of the vector that holds the things has id i.
template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::size_t index) : index_(index) {}
  [[nodiscard]] constexpr std::size_t index() const { return index_; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  std::size_t index_ = 0;
};

using NodeId = Id<struct NodeTag>;            ///< a bus of the feeder
using NodePhaseId = Id<struct NodePhaseTag>;  ///< one phase of one bus: a row of Ybus
using BranchId = Id<struct BranchTag>;
using LoadId = Id<struct LoadTag>;
using GeneratorId = Id<struct GeneratorTag>;
using RenewableId = Id<struct RenewableTag>;
using StationId = Id<struct StationTag>;
using SeriesId = Id<struct SeriesTag>;      ///< a forecast/actual history
using SessionsId = Id<struct SessionsTag>;  ///< a charging-session history

}  // namespace gridpact

template <class Tag>
struct std::hash<gridpact::Id<Tag>> {
  std::size_t operator()(const gridpact::Id<Tag>& id) const noexcept { return id.index(); }
};
