// SPDX-License-Identifier: Apache-2.0
#include "models/mirror_keeper.h"

namespace nimbook::models {

using workspace::MachineList;
using workspace::MachineSession;
using workspace::Workspace;

namespace {

QString mirrorKeyOf(const cloud::Instance &machine)
{
    return machine.id.isEmpty() ? machine.ref.name : machine.id;
}

} // namespace

MirrorKeeper::MirrorKeeper(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    const QStringList remembered = sync::MirrorMemory(sync::MirrorMemory::fileIn(workspace.directories().state)).machines();
    m_remembered = QSet<QString>(remembered.cbegin(), remembered.cend());
    connect(&workspace, &Workspace::currentProjectChanged, this, &MirrorKeeper::followList);
    connect(&workspace, &Workspace::accountChanged, this, &MirrorKeeper::followList);
    connect(&workspace, &Workspace::sessionCreated, this, &MirrorKeeper::onSession);
    connect(&workspace, &Workspace::sessionClosed, this, [this](const cloud::InstanceRef &ref) {
        for (auto name = m_names.cbegin(); name != m_names.cend(); ++name) {
            if (name.value() == ref && m_mirrors.contains(name.key()))
                m_mirrors.value(name.key())->attach(nullptr);
        }
    });
    followList();
}

MachineMirrors &MirrorKeeper::of(const MachineSession &session)
{
    return mirrorsOf(session.machine());
}

MachineMirrors &MirrorKeeper::mirrorsOf(const cloud::Instance &machine)
{
    const QString key = mirrorKeyOf(machine);
    m_names.insert(key, machine.ref);
    MachineMirrors *&mirrors = m_mirrors[key];
    if (!mirrors) {
        mirrors = new MachineMirrors(m_workspace.directories().state, key, machine.ref.name, this);
        connect(mirrors, &MachineMirrors::started, &m_workspace.activity(), [this](Job *mirror, const QString &title) { m_workspace.activity().watch(mirror, title); });
    }
    return *mirrors;
}

void MirrorKeeper::followList()
{
    MachineList *now = m_workspace.machines();
    if (m_list == now)
        return;
    if (m_list)
        m_list->disconnect(this);
    m_list = now;
    if (!now)
        return;
    // Queued: the workspace tells its sessions of a change first.
    connect(now, &MachineList::machineAdded, this, &MirrorKeeper::consider, Qt::QueuedConnection);
    connect(now, &MachineList::machineChanged, this, &MirrorKeeper::consider, Qt::QueuedConnection);
    connect(now, &MachineList::machineRemoved, this, &MirrorKeeper::onMachineGone);
    const auto machines = now->machines();
    for (const cloud::Instance &machine : machines)
        consider(machine);
}

void MirrorKeeper::consider(const cloud::Instance &machine)
{
    const QString key = mirrorKeyOf(machine);
    if (!m_remembered.contains(key) && !m_mirrors.contains(key))
        return;
    MachineMirrors &mirrors = mirrorsOf(machine);
    if (machine.state() != cloud::MachineState::Running) {
        m_tried.remove(key);
        return;
    }
    if (mirrors.isEmpty() || m_tried.contains(key))
        return;
    MachineSession *session = m_workspace.session(machine.ref);
    if (!session)
        return;
    m_tried.insert(key);
    onSession(session); // it may be older than we are
    if (session->transfers())
        mirrors.attach(session->transfers());
    else
        session->reconnectFiles();
}

void MirrorKeeper::onSession(MachineSession *session)
{
    disconnect(session, &MachineSession::transfersReady, this, nullptr);
    connect(session, &MachineSession::transfersReady, this, [this, session] { of(*session).attach(session->transfers()); });
}

/// Its number is never given to another machine.
void MirrorKeeper::onMachineGone(const cloud::InstanceRef &ref)
{
    for (auto name = m_names.cbegin(); name != m_names.cend(); ++name) {
        if (name.value() == ref && m_mirrors.contains(name.key()))
            m_mirrors.value(name.key())->stopAll();
    }
}

} // namespace nimbook::models
