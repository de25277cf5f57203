// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/oauth_client.h"

#include <QWidget>

class QLabel;
class QLineEdit;

namespace nimbook::ui {

class AccentButton;

/// Asks once which OAuth client ("Desktop app") to sign in with: by its JSON file, or by id and secret as the console shows them.
class ClientForm : public QWidget {
    Q_OBJECT
public:
    explicit ClientForm(QWidget *parent = nullptr);

    void begin();                                 ///< the fields keep what was typed
    void setClient(const auth::OAuthClient &client); ///< as a file that was loaded says

Q_SIGNALS:
    void clientGiven(const nimbook::auth::OAuthClient &client);
    void fileRequested();
    void backRequested();
    void refused(const nimbook::Error &why);

private:
    void onIdEdited(const QString &text);
    void submit();

    std::optional<auth::OAuthClient> m_loaded; ///< addresses of a file; ids that are typed over it win
    QLineEdit *m_id;
    QLineEdit *m_secret;
    AccentButton *m_continue;
};

} // namespace nimbook::ui
