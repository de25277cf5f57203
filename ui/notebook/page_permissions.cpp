// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_permissions.h"

#include "ui/notebook/notebook_page.h"

#include <QPointer>
#include <QWebEngineProfile>
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QWebEnginePermission>
#endif

namespace nimbook::ui {

namespace {

enum class Wish { Place, Notices, Sound, Picture, SoundAndPicture, Screen, Clipboard, Fonts, Pointer, Other };

QString wishText(Wish wish)
{
    switch (wish) {
    case Wish::Place: return NotebookPage::tr("This page wants to know where you are.");
    case Wish::Notices: return NotebookPage::tr("This page wants to show notifications on your desktop.");
    case Wish::Sound: return NotebookPage::tr("This page wants to listen through the microphone.");
    case Wish::Picture: return NotebookPage::tr("This page wants to look through the camera.");
    case Wish::SoundAndPicture: return NotebookPage::tr("This page wants the camera and the microphone.");
    case Wish::Screen: return NotebookPage::tr("This page wants to record the screen.");
    case Wish::Clipboard: return NotebookPage::tr("This page wants to read and change the clipboard.");
    case Wish::Fonts: return NotebookPage::tr("This page wants to know which fonts you have.");
    case Wish::Pointer:
    case Wish::Other: break;
    }
    return NotebookPage::tr("This page wants a permission that notebooks rarely need.");
}

PageQuestion questionFor(Wish wish, std::function<void(bool)> answer)
{
    return {wishText(wish), QString::number(int(wish)), std::move(answer)};
}

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
Wish wishOf(QWebEnginePermission::PermissionType type)
{
    using Type = QWebEnginePermission::PermissionType;
    switch (type) {
    case Type::Geolocation: return Wish::Place;
    case Type::Notifications: return Wish::Notices;
    case Type::MediaAudioCapture: return Wish::Sound;
    case Type::MediaVideoCapture: return Wish::Picture;
    case Type::MediaAudioVideoCapture: return Wish::SoundAndPicture;
    case Type::DesktopVideoCapture:
    case Type::DesktopAudioVideoCapture: return Wish::Screen;
    case Type::ClipboardReadWrite: return Wish::Clipboard;
    case Type::LocalFontsAccess: return Wish::Fonts;
    case Type::MouseLock: return Wish::Pointer;
    default: return Wish::Other;
    }
}
#else
Wish wishOf(QWebEnginePage::Feature feature)
{
    switch (feature) {
    case QWebEnginePage::Geolocation: return Wish::Place;
    case QWebEnginePage::Notifications: return Wish::Notices;
    case QWebEnginePage::MediaAudioCapture: return Wish::Sound;
    case QWebEnginePage::MediaVideoCapture: return Wish::Picture;
    case QWebEnginePage::MediaAudioVideoCapture: return Wish::SoundAndPicture;
    case QWebEnginePage::DesktopVideoCapture:
    case QWebEnginePage::DesktopAudioVideoCapture: return Wish::Screen;
    case QWebEnginePage::MouseLock: return Wish::Pointer;
    default: return Wish::Other;
    }
}
#endif

} // namespace

void forwardPermissionRequests(NotebookPage *page)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QObject::connect(page, &QWebEnginePage::permissionRequested, page, [page](QWebEnginePermission permission) {
        if (wishOf(permission.permissionType()) == Wish::Pointer) {
            permission.deny(); // a pointer that is caught would not get to the bar
            return;
        }
        Q_EMIT page->asked(questionFor(wishOf(permission.permissionType()), [permission](bool allow) {
            if (allow)
                permission.grant();
            else
                permission.deny();
        }));
    });
#else
    QObject::connect(page, &QWebEnginePage::featurePermissionRequested, page, [page](const QUrl &origin, QWebEnginePage::Feature feature) {
        if (wishOf(feature) == Wish::Pointer) {
            page->setFeaturePermission(origin, feature, QWebEnginePage::PermissionDeniedByUser);
            return;
        }
        Q_EMIT page->asked(questionFor(wishOf(feature), [page = QPointer(page), origin, feature](bool allow) {
            if (page)
                page->setFeaturePermission(origin, feature,
                                           allow ? QWebEnginePage::PermissionGrantedByUser : QWebEnginePage::PermissionDeniedByUser);
        }));
    });
#endif
}

void forgetPermissionsWith(QWebEngineProfile *profile)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    profile->setPersistentPermissionsPolicy(QWebEngineProfile::PersistentPermissionsPolicy::StoreInMemory);
#else
    Q_UNUSED(profile) // before 6.8 they are never written
#endif
}

} // namespace nimbook::ui
