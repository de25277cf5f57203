// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

namespace nimbook::models {

/// A line of requirements.txt that pip would refuse, or that means something other than it looks like.
struct RequirementsProblem {
    int line = 0; ///< counted from 1
    QString text; ///< translated
    bool operator==(const RequirementsProblem &) const = default;
};

/// Only obvious mistakes: what this does not know is left to pip. Source: pip's requirements file format, PEP 508.
QList<RequirementsProblem> requirementsProblems(const QString &text);
int requirementsCount(const QString &text); ///< lines that ask for a package

} // namespace nimbook::models
