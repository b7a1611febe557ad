#include "gridpact/tuning/walk.hpp"

#include <gtest/gtest.h>
