// SPDX-License-Identifier: Apache-2.0
#include "models/action_commands.h"

#include <QMap>

namespace nimbook::models {

namespace {

/// By command: the actions that do it, wherever in the window they are.
const QMap<QString, QStringList> &actionsOfCommands()
{
    static const auto words = [](const char *text) { return QString::fromLatin1(text).split(u' '); };
    static const QMap<QString, QStringList> table{
        {QStringLiteral("openNotebook"), words("openNotebookAction openNotebookButton notebookTabOpenButton packagesOpenNotebookButton")},
        {QStringLiteral("shell"), words("newShellButton openShellButton machineShellButton terminalConnectButton")},
        {QStringLiteral("containerShell"), words("containerShellButton")},
        {QStringLiteral("forwardMachinePort"), words("forwardMachinePortAction")},
        {QStringLiteral("forwardContainerPort"), words("forwardContainerPortAction")},
        {QStringLiteral("monitor"), words("monitorConnectButton")},
        {QStringLiteral("startJupyter"), words("startContainerButton")},
        {QStringLiteral("containerSettings"), words("applyContainerButton")},
        {QStringLiteral("updateImage"), words("updateImageButton")},
        {QStringLiteral("buildImage"), words("buildImageButton")},
        {QStringLiteral("stopContainer"), words("stopContainerButton stopContainerAction")},
        {QStringLiteral("restartContainer"), words("restartContainerButton restartContainerAction")},
        {QStringLiteral("install"), words("installButton savePackagesButton")},
        {QStringLiteral("freeze"), words("recordLockButton")},
        {QStringLiteral("installed"), words("refreshPackagesButton")},
        {QStringLiteral("recreate"), words("recreateButton")},
        {QStringLiteral("runInBackground"), words("pageRunInBackgroundAction")},
        {QStringLiteral("upload"), words("uploadAction uploadButton remotePasteAction")},
        {QStringLiteral("download"), words("downloadButton localPasteAction")},
        {QStringLiteral("downloadFile"), words("downloadAction downloadToAction remoteOpenAction remoteCopyAction")},
        {QStringLiteral("listFiles"), words("remoteRefreshAction remoteRetryButton connectFilesButton")},
        {QStringLiteral("newFolder"), words("remoteNewFolderAction")},
        {QStringLiteral("rename"), words("remoteRenameAction remoteCutAction")},
        {QStringLiteral("copyFile"), words("remoteDuplicateAction")},
        {QStringLiteral("properties"), words("remotePropertiesAction")},
        {QStringLiteral("permissions"), words("applyPermissionsButton")},
        {QStringLiteral("deleteFile"), words("remoteDeleteAction")},
        {QStringLiteral("compare"), words("compareButton compareAgainButton")},
        {QStringLiteral("synchronise"), words("synchroniseButton mirrorUpAction")},
        {QStringLiteral("mirror"), words("mirrorButton mirrorDownAction mirrorOutputsAction")},
        {QStringLiteral("start"), words("startAction startButton")},
        {QStringLiteral("stop"), words("stopAction stopButton")},
        {QStringLiteral("reset"), words("resetAction")},
        {QStringLiteral("delete"), words("deleteAction")},
        {QStringLiteral("listMachines"), words("refreshAction retryListButton")},
        {QStringLiteral("newMachine"), words("newMachineAction newMachineButton emptyNewMachineButton railNewMachineButton createButton moreZonesButton keepTryingButton")},
        {QStringLiteral("enableApi"), words("enableApiButton")},
        {QStringLiteral("listProjects"), words("chooseProjectAction emptyChooseProjectButton projectButton")},
    };
    return table;
}

} // namespace

QString commandOfAction(const QString &objectName)
{
    static const QMap<QString, QString> commands = [] {
        QMap<QString, QString> found;
        for (auto it = actionsOfCommands().cbegin(); it != actionsOfCommands().cend(); ++it) {
            for (const QString &action : it.value())
                found.insert(action, it.key());
        }
        return found;
    }();
    return commands.value(objectName);
}

QStringList actionsWithCommands()
{
    QStringList all;
    for (const QStringList &actions : actionsOfCommands())
        all += actions;
    return all;
}

QStringList actionsOfTheWindowAlone()
{
    static const char *const rooms[] = {
        // where one looks, and the window itself
        "aboutAction activityAction activityButton advancedButton allMachinesAction allMachinesButton columnsButton containerTabAction filesBesideAction filesTabAction findAction menuBarAction "
        "menuButton machineMenuButton monitorTabAction nextPaneAction notebookTabAction packagesTabAction paletteAction previousPaneAction quitAction terminalTabAction "
        "settingsAction sshKeyAction saveSettingsButton chooseKeyFileButton timelineTabAction tunnelButton showFilesButton clearSearchButton showRecoveredButton clearActivityButton clearTransfersButton",
        // banners, questions, running flows
        "bannerCloseButton bannerCopyButton bannerDetailsButton bannerRetryButton cancelButton confirmButton cancelCreateButton cancelFlowButton cancelFlowLineButton closeFlowButton cancelInstallButton "
        "cancelStagingButton cancelSyncButton closeSyncButton cancelConflictButton closePropertiesButton otherNameButton trustHostKeyButton refuseHostKeyButton trustNewHostKeyButton refuseNewHostKeyButton",
        // a running transfer, and what it asks
        "keepBothButton newerWinsButton overwriteButton skipButton saveKeepBothButton saveNotNowButton saveOverwriteButton onlyUnfinishedButton pauseTransfersButton "
        "resumeTransfersButton rateLimitButton",
        // the clipboard, the commands themselves, and who else may use a tunnel of this window
        "copyAddressAction openToProgramsAction copyCommandButton copyMachineCommandButton copySshConfigAction copyTokenLinkAction showCommandAction showCommandButton",
        // the connection of this window: a command that runs elsewhere cannot end it
        "disconnectAction stopForwardAction openForwardAction stopMirrorButton openMirrorButton",
        // this computer's files, and where one looks on the machine
        "localCopyAction localCutAction localFilterAction localHiddenAction localHomeAction localNewFolderAction localOpenAction localPropertiesAction localRenameAction localTrashAction "
        "localUpAction remoteFilterAction remoteHiddenAction remoteHomeAction remoteGoHomeButton remoteOutputsAction remoteUpAction",
        // text that is only in a form yet
        "addLabelButton removeLabelButton revertPackagesButton",
        // the notebook's page
        "pageBackAction pageClipboardAction pageCloseTabAction pageDownloadsButton pageFindAction pageFullScreenAction pageMenuButton pageNewTabAction pageNextTabAction "
        "pageOpenInBrowserAction pageOwnColorsAction pagePreviousTabAction pagePrintAction pageReloadAction pageZoomInAction pageZoomOutAction pageZoomResetAction findCloseButton leaveFullScreenAction "
        "findNextButton findPreviousButton allowPermissionButton refusePermissionButton openInBrowserButton reloadPageButton softwareRenderingButton revealDownloadButton",
        // who is signed in: secrets, which belong on no command line
        "accountAction accountButton addAccountAction backToAccountButton clientBackButton continueInBrowserButton copyAddressAgainButton copyAddressButton cancelSignInAgainButton "
        "cancelSignInButton credentialFileButton gcloudButton googleButton knownAccountButton loadClientButton openBrowserButton openConsoleButton otherClientButton sandboxButton "
        "signInFileAction signInGoogleAction signInSandboxAction signOutAction thisMachineButton",
    };
    QStringList all;
    for (const char *room : rooms)
        all += QString::fromLatin1(room).split(u' ', Qt::SkipEmptyParts);
    return all;
}

} // namespace nimbook::models
