// SPDX-License-Identifier: Apache-2.0
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { keepFocus } from "@/lib/keepFocus";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { type Room, useStore } from "@/lib/store";
import { Fence } from "./Fence";
import { Operate } from "./operate/Operate";
import { Preferences } from "./Preferences";
import { Robots } from "./robots/Robots";
import { SafetyBar } from "./SafetyBar";
import { Talk } from "./Talk";
import { Toasts } from "./Toasts";

const ROOMS: readonly Room[] = ["talk", "robots", "operate"];

/** What is always there: where one is, whether the line is up, and the stop. */
export function Shell() {
  const t = useTexts();
  const room = useStore((state) => state.room);
  const link = useStore((state) => state.link);
  const account = useStore((state) => state.account);
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLButtonElement>(null);
  const content = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = `${t(room)} – ${t("title")}`;
  }, [room, t]);
  useEffect(() => (content.current === null ? undefined : keepFocus(content.current)), []);
  const escaped = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    menu.current?.focus(); // what had it is no longer seen
  };
  return (
    <div className="shell">
      <a className="skip" href="#content">{t("skip")}</a>
      <SafetyBar />
      <header>
        <div className="brand"><span className="mark" aria-hidden="true" /><strong>{t("title")}</strong></div>
        <nav aria-label={t("rooms")}>
          {ROOMS.map((known) => (
            <button key={known} aria-current={room === known ? "page" : undefined}
              onClick={() => { setOpen(false); useStore.setState({ room: known }); }}>{t(known)}</button>
          ))}
        </nav>
        <button ref={menu} className="menu" aria-label={t("menu")} aria-expanded={open} aria-controls="account" onClick={() => setOpen(!open)}>
          <span aria-hidden="true">{open ? "×" : "☰"}</span>
        </button>
        <div id="account" className={open ? "account open" : "account"} onKeyDown={escaped}>
          <Preferences />
          <span className="who">{account?.name} · {account === null ? "" : t(account.role)}</span>
          <button onClick={() => void session().signOut()}>{t("signOut")}</button>
        </div>
      </header>
      {link === "up" ? null : <p className="offline" role="status">{t(link === "down" ? "offline" : "connecting")}</p>}
      <main ref={content} id="content" tabIndex={-1}>
        <h1 className="unseen">{t(room)}</h1>
        <Fence key={room} fallback={<p className="problem" role="alert">{t("roomFails")}</p>}>
          {room === "talk" ? <Talk /> : null}
          {room === "robots" ? <Robots /> : null}
          {room === "operate" ? <Operate /> : null}
        </Fence>
      </main>
      <Toasts />
    </div>
  );
}
