// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/transfer_plan.h"

#include <QSet>

#include <optional>

namespace nimbook::transfer {

/// What a walk knows of one thing that it met.
struct FoundEntry {
    qint64 size = 0;
    qint64 modified = 0;
    quint32 permissions = 0;
};

/// A folder that a walk has entered. \a canonical is free of links.
struct WalkedFolder {
    int planFolder = 0;
    int parent = -1; ///< index of the walked folder above; -1 for a source itself
    QByteArray canonical;
    QByteArray root; ///< the canonical source that it belongs to
    int linksFollowed = 0;
};

enum class LinkVerdict { Follow, LeadsOutside, LeadsBack, TooDeep };

/// The one rule for symbolic links, for both directions: followed inside the source, never round in circles.
LinkVerdict judgeLink(const std::vector<WalkedFolder> &walked, int folder, const QByteArray &target, bool targetIsFolder);

/// Fills a plan while a tree is being walked, and keeps the names and the size of the plan within bounds.
class PlanBuilder {
public:
    explicit PlanBuilder(TransferPlan &plan) : m_plan(plan) {}

    /// Names directly in the destination: two sources of one name both arrive, the second as "name (2)".
    int addTopFolder(const QByteArray &name, const QByteArray &source, const FoundEntry &entry);
    void addTopFile(const QByteArray &name, const QByteArray &source, const FoundEntry &entry);

    /// As told, or without a place directly in the destination.
    void addSourceFile(std::optional<int> place, const QByteArray &name, const QByteArray &source, const FoundEntry &entry);

    /// The folder of a placed file, made with all above it; nothing when it would lead out of the destination.
    std::optional<int> placeFor(const QByteArray &relativeFolder);

    int addFolder(int parent, const QByteArray &name, const QByteArray &source, const FoundEntry &entry);
    void addFile(int folder, const QByteArray &name, const QByteArray &source, const FoundEntry &entry);

    void leaveOut(const Error &error);
    void leaveOutSpecial(const QByteArray &path);
    void leaveOutPlacedFolder(const QByteArray &path);
    void leaveOutLink(const QByteArray &path, LinkVerdict verdict);
    void leaveOutName(const QByteArray &folder, const QByteArray &name);
    void leaveOutPath(const QByteArray &path); ///< too long to be opened

    bool isFull() const; ///< more entries than the plan can hold in memory: a tree made to harm, or far beyond our measure

private:
    QByteArray topName(const QByteArray &name);

    TransferPlan &m_plan;
    QSet<QByteArray> m_topNames;
    qint64 m_folderBytes = 0; ///< of names and sources
    QHash<QByteArray, int> m_places;
    QSet<std::pair<int, QByteArray>> m_placed;
};

} // namespace nimbook::transfer
