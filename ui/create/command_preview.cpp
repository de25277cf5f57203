// SPDX-License-Identifier: Apache-2.0
#include "ui/create/command_preview.h"

#include "models/create_choices.h"
#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {

/// The startup script is long and shown elsewhere.
QString requestText(const cloud::CreateSpec &spec)
{
    cloud::CreateSpec shown = spec;
    if (shown.metadata.contains(QStringLiteral("startup-script")))
        shown.metadata.insert(QStringLiteral("startup-script"), QStringLiteral("…"));
    return QStringLiteral("POST https://compute.googleapis.com/compute/v1/projects/%1/zones/%2/instances\n\n").arg(spec.ref.project, spec.ref.zone)
           + QString::fromUtf8(QJsonDocument(cloud::insertBody(shown)).toJson(QJsonDocument::Indented));
}

} // namespace

CommandPreview::CommandPreview(QWidget *parent) : QWidget(parent), m_kind(new QComboBox(this)), m_text(new QPlainTextEdit(this))
{
    m_kind->setObjectName(QStringLiteral("commandKindCombo"));
    m_kind->addItems({tr("gcloud command"), tr("Request to Compute Engine")});
    m_text->setObjectName(QStringLiteral("commandTextEdit"));
    m_text->setAccessibleName(tr("The same machine as a command"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setFixedHeight(m_text->fontMetrics().lineSpacing() * 12);
    auto *copy = new QToolButton(this);
    copy->setObjectName(QStringLiteral("copyCommandButton"));
    copy->setText(tr("Copy"));
    copy->setIcon(symbolicIcon(QStringLiteral("copy")));
    copy->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    copy->setAutoRaise(true);
    copy->setFocusPolicy(Qt::StrongFocus);

    auto *top = new QHBoxLayout;
    top->addWidget(m_kind);
    top->addStretch();
    top->addWidget(copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addLayout(top);
    layout->addWidget(m_text);

    connect(m_kind, &QComboBox::currentIndexChanged, this, &CommandPreview::showText);
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
}

void CommandPreview::setSpec(const cloud::CreateSpec &spec)
{
    m_spec = spec;
    showText();
}

void CommandPreview::showText()
{
    const QString text = m_kind->currentIndex() == 0 ? models::gcloudCommand(m_spec) : requestText(m_spec);
    if (m_text->toPlainText() != text)
        m_text->setPlainText(text);
}

} // namespace nimbook::ui
