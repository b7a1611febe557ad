// Wolfe's algorithm. x is the point of least norm of the affine hull of the corral Q (vertices,
// affinely independent). Major step: the vertex q that minimises x·q joins; if it lowers nothing, x
// is the point sought. Minor step: y = Σ α_k q_k, the least of the new affine hull; if some α_k <
// 0, go from x towards y until the first weight is 0, drop that vertex, repeat.
//
// Every direction also yields sets: with x_σ1 ≤ x_σ2 ≤ …, the greedy vertex has Σ_{j≤k} q_σj = f(σ1
// … σk). The least of these is an upper bound of min f, and Σ_j min(x_j, 0) a lower one for every x
// of the base polytope, so that each answer comes with its proof.

#include "gridpact/fleet/detail/minimum_norm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>

namespace gridpact::fleet {

namespace {

using Vector = Eigen::VectorXd;

/// Weights that leave the mixture unchanged by less than rounding.
constexpr double least_weight = 1e-12;
/// x·x − min x·q relative to x·x below which no vertex lowers the norm.
constexpr double norm_gap = 1e-10;
constexpr std::size_t most_steps_per_element = 60;

class Wolfe {
 public:
  Wolfe(std::size_t size, const BaseVertex& vertex) : vertex_(vertex), size_(size) {}

  SubmodularMinimum run(double tolerance);

 private:
  Vector add_vertex(const Vector& direction);
  void note_sets(const std::vector<Eigen::Index>& order, const Vector& vertex);
  [[nodiscard]] Vector affine_weights() const;
  void move_to_hull();

  const BaseVertex& vertex_;
  std::size_t size_;
  std::vector<Vector> corral_;
  std::vector<std::vector<double>> ranks_;
  std::vector<double> weights_;
  Vector point_;
  SubmodularMinimum best_;
};

/// The greedy vertex for the order in which `direction` rises joins the corral.
Vector Wolfe::add_vertex(const Vector& direction) {
  std::vector<Eigen::Index> order(size_);
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return direction[a] < direction[b]; });
  std::vector<double> rank(size_);
  for (std::size_t k = 0; k < size_; ++k) {
    rank[static_cast<std::size_t>(order[k])] = static_cast<double>(k);
  }
  const auto answer = vertex_(rank);
  Vector vertex = Eigen::Map<const Vector>(answer.data(), static_cast<Eigen::Index>(size_));
  ++best_.vertices_tried;
  note_sets(order, vertex);
  corral_.push_back(vertex);
  ranks_.push_back(std::move(rank));
  weights_.push_back(0.0);
  return vertex;
}

void Wolfe::note_sets(const std::vector<Eigen::Index>& order, const Vector& vertex) {
  double value = 0.0;
  double least = best_.value;
  std::size_t length = 0;
  for (std::size_t k = 0; k < size_; ++k) {
    value += vertex[order[k]];
    if (value < least) {
      least = value;
      length = k + 1;
    }
  }
  if (length > 0) {
    best_.value = least;
    best_.set.assign(size_, false);
    for (std::size_t k = 0; k < length; ++k) {
      best_.set[static_cast<std::size_t>(order[k])] = true;
    }
  }
}

/// Weights, summing to 1, of the point of least norm of the corral's affine hull.
Vector Wolfe::affine_weights() const {
  const auto count = static_cast<Eigen::Index>(corral_.size());
  Vector weights = Vector::Zero(count);
  if (count == 1) {
    weights[0] = 1.0;
    return weights;
  }
  Eigen::MatrixXd edges(static_cast<Eigen::Index>(size_), count - 1);
  for (Eigen::Index k = 0; k + 1 < count; ++k) {
    edges.col(k) = corral_[static_cast<std::size_t>(k) + 1] - corral_[0];
  }
  weights.tail(count - 1) = edges.colPivHouseholderQr().solve(-corral_[0]);
  weights[0] = 1.0 - weights.tail(count - 1).sum();
  return weights;
}

void Wolfe::move_to_hull() {
  while (true) {
    const Vector target = affine_weights();
    double step = 1.0;
    for (std::size_t k = 0; k < corral_.size(); ++k) {
      const double goal = target[static_cast<Eigen::Index>(k)];
      if (goal < least_weight && weights_[k] > goal) {
        step = std::min(step, weights_[k] / (weights_[k] - goal));
      }
    }
    for (std::size_t k = 0; k < corral_.size(); ++k) {
      weights_[k] += step * (target[static_cast<Eigen::Index>(k)] - weights_[k]);
    }
    std::size_t kept = 0;
    for (std::size_t k = 0; k < corral_.size(); ++k) {
      if (weights_[k] > least_weight) {
        if (kept != k) {
          std::swap(corral_[kept], corral_[k]);
          std::swap(ranks_[kept], ranks_[k]);
          weights_[kept] = weights_[k];
        }
        ++kept;
      }
    }
    const bool dropped = kept < corral_.size();
    corral_.resize(kept);
    ranks_.resize(kept);
    weights_.resize(kept);
    if (step >= 1.0 || !dropped) {
      break;
    }
  }
  double sum = 0.0;
  for (const double weight : weights_) {
    sum += weight;
  }
  point_ = Vector::Zero(static_cast<Eigen::Index>(size_));
  for (std::size_t k = 0; k < corral_.size(); ++k) {
    weights_[k] /= sum;
    point_ += weights_[k] * corral_[k];
  }
}

SubmodularMinimum Wolfe::run(double tolerance) {
  best_.set.assign(size_, false);
  point_ = add_vertex(Vector::Zero(static_cast<Eigen::Index>(size_)));
  weights_.back() = 1.0;
  best_.lower_bound = point_.cwiseMin(0.0).sum();
  for (std::size_t step = 0; step < most_steps_per_element * size_; ++step) {
    const bool is_proven_outside = best_.value < -tolerance;
    const bool is_proven_inside = point_.lpNorm<Eigen::Infinity>() <= tolerance;
    if (is_proven_outside || is_proven_inside) {
      break;
    }
    const Vector vertex = add_vertex(point_);
    if (point_.squaredNorm() - point_.dot(vertex) <= norm_gap * point_.squaredNorm()) {
      corral_.pop_back();
      ranks_.pop_back();
      weights_.pop_back();
      break;
    }
    move_to_hull();
    best_.lower_bound = std::max(best_.lower_bound, point_.cwiseMin(0.0).sum());
  }
  best_.ranks = std::move(ranks_);
  best_.weights = std::move(weights_);
  best_.point.assign(point_.begin(), point_.end());
  return std::move(best_);
}

}  // namespace

SubmodularMinimum minimise_submodular(std::size_t size, const BaseVertex& vertex,
                                      double tolerance) {
  return Wolfe(size, vertex).run(tolerance);
}

}  // namespace gridpact::fleet
