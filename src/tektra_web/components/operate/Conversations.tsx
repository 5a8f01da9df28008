// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { locale, useTexts, written } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type Conversation, type ConversationInfo, mayAs } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** What was talked about; opened, gone on with, or deleted. */
export function Conversations() {
  const t = useTexts();
  const role = useStore((state) => state.account?.role);
  const language = useStore((state) => state.language);
  const [known, again, problem] = useAsked<ConversationInfo[]>("/conversations");
  const [wanted, setWanted] = useState("");
  const shown = (known ?? []).filter((info) => info.title.toLowerCase().includes(wanted.toLowerCase()));

  async function open(id: string) {
    const found = await session().tried(() => session().api.get<Conversation>(`/conversations/${encodeURIComponent(id)}`));
    if (found === null) return;
    useStore.setState({
      conversationId: id, room: "talk",
      entries: found.messages.map((message, index) => ({
        key: `${id}${index}`, id: "", requestId: "", who: message.role === "user" ? "me" : "tektra", text: message.text,
        outcome: null, message: "", writing: false,
      })),
    });
  }

  async function remove(id: string) {
    await session().tried(() => session().api.delete(`/conversations/${encodeURIComponent(id)}`));
    again();
  }

  if (known === null) return <Waiting label={t("conversations")} problem={problem} again={again} />;
  return (
    <>
      <label className="search">{t("search")} <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} /></label>
      {shown.length === 0 ? <p>{t("nothing")}</p> : null}
      <ul className="plain">
        {shown.map((info) => (
          <li key={info.conversation_id}>
            <b>{info.title || info.conversation_id}</b> <small>{new Date(info.updated_ms).toLocaleString(locale(language))} · {t("messageCount", { count: written(language, info.messages) })}</small>
            <span className="actions">
            <button onClick={() => void open(info.conversation_id)}>{t("open")} <span className="unseen">{info.title}</span></button>
            {mayAs(role, "operator") ? (
              <button onClick={() => window.confirm(t("deleteSure", { name: info.title || info.conversation_id })) && void remove(info.conversation_id)}>
                {t("delete")} <span className="unseen">{info.title || info.conversation_id}</span>
              </button>
            ) : null}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
