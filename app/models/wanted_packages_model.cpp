// SPDX-License-Identifier: Apache-2.0
#include "models/wanted_packages_model.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace nimbook::models {

using jupyter::WantedPackage;

namespace {

QString packagesText(const char *text)
{
    return QCoreApplication::translate("wanted_packages", text);
}

/// Without a translation Qt would leave "%n package(s)" as it stands.
QString packageCount(int count)
{
    return count == 1 ? packagesText("1 package") : packagesText("%1 packages").arg(count);
}

QString stateWord(WantedPackage::State state)
{
    switch (state) {
    case WantedPackage::State::Satisfied: return packagesText("✓ installed");
    case WantedPackage::State::OtherVersion: return packagesText("≠ another version");
    case WantedPackage::State::Missing: return packagesText("+ missing");
    case WantedPackage::State::NotNeeded: return packagesText("– not needed here");
    case WantedPackage::State::Unchecked: break;
    }
    return packagesText("? for pip to see");
}

QString recordedWhen(const jupyter::LockState &lock)
{
    return QLocale().toString(lock.recorded.toLocalTime(), QLocale::ShortFormat);
}

QString recordedWhat(const jupyter::LockState &lock)
{
    const QString gpu = lock.driver.isEmpty() ? QString() : packagesText(", driver %1, CUDA %2").arg(lock.driver, lock.cuda);
    return packagesText("%1 beside the image").arg(packageCount(lock.packages)) + gpu;
}

} // namespace

void WantedPackagesModel::setPackages(const QList<WantedPackage> &packages)
{
    if (m_packages == packages)
        return;
    // The same lines with other states: the selection and the scroll position stay.
    const bool sameLines = std::equal(packages.cbegin(), packages.cend(), m_packages.cbegin(), m_packages.cend(),
                                      [](const WantedPackage &one, const WantedPackage &other) { return one.line == other.line; });
    if (sameLines) {
        m_packages = packages;
        Q_EMIT dataChanged(index(0, 0), index(int(m_packages.size()) - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_packages = packages;
    endResetModel();
}

int WantedPackagesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_packages.size());
}

int WantedPackagesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant WantedPackagesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const WantedPackage &package = m_packages.at(index.row());
    if (role == StateRole)
        return int(package.state);
    if (role == Qt::ToolTipRole)
        return package.line;
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Package: return package.name.isEmpty() ? package.line : package.name;
    case Wanted: return package.wanted.isEmpty() && !package.name.isEmpty() ? packagesText("any") : package.wanted;
    case Installed: return package.installed.isEmpty() ? QStringLiteral("–") : package.installed;
    case State: return stateWord(package.state);
    default: return {};
    }
}

QVariant WantedPackagesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Package: return tr("Package");
    case Wanted: return tr("Wanted");
    case Installed: return tr("Installed");
    case State: return tr("State");
    default: return {};
    }
}

QString wantedSummary(const QList<WantedPackage> &packages)
{
    const auto count = [&packages](WantedPackage::State state) {
        return int(std::count_if(packages.cbegin(), packages.cend(), [state](const WantedPackage &one) { return one.state == state; }));
    };
    if (packages.isEmpty())
        return packagesText("requirements.txt asks for nothing yet.");
    QStringList parts;
    if (const int missing = count(WantedPackage::State::Missing))
        parts += packagesText("%1 missing").arg(missing);
    if (const int other = count(WantedPackage::State::OtherVersion))
        parts += packagesText("%1 in another version").arg(other);
    return parts.isEmpty() ? packagesText("All that requirements.txt asks for is installed.") : parts.join(QStringLiteral(", "));
}

QString lockSummary(const jupyter::LockState &file)
{
    return file.broken ? packagesText("/src/nimbook.lock is not a file of Nimbook's.")
                       : packagesText("Recorded in nimbook.lock on %1: %2, with %3.").arg(recordedWhen(file), file.image, recordedWhat(file));
}

QString lockSummary(const jupyter::PackagesState &state)
{
    if (!state.hasLock)
        return packagesText("nimbook.lock is not written yet.");
    const jupyter::LockState &lock = state.lock;
    if (lock.broken)
        return packagesText("/src/nimbook.lock is not a file of Nimbook's.");
    const QString when = recordedWhen(lock);
    const QString what = recordedWhat(lock);
    if (lock.isAsRecorded())
        return packagesText("Recorded in nimbook.lock on %1: %2. The machine is still so.").arg(when, what);
    QStringList different;
    if (!lock.sameImage)
        different += lock.image == state.image ? packagesText("the image has another digest") : packagesText("the image was %1").arg(lock.image);
    if (!lock.changed.isEmpty())
        different += packagesText("%1 missing or in another version").arg(packageCount(int(lock.changed.size())));
    return packagesText("Recorded in nimbook.lock on %1: %2. This machine differs: %3.").arg(when, what, different.join(QStringLiteral(", ")));
}

} // namespace nimbook::models
