// SPDX-License-Identifier: Apache-2.0
"use client";

import { useEffect } from "react";
import { Announcer } from "@/components/Announcer";
import { Shell } from "@/components/Shell";
import { SignIn } from "@/components/SignIn";
import { StopUnsent } from "@/components/StopUnsent";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";

export default function Page() {
  const phase = useStore((state) => state.phase);
  const link = useStore((state) => state.link);
  const t = useTexts();
  const account = useStore((state) => state.account);
  const language = useStore((state) => state.language);
  const theme = useStore((state) => state.theme);

  useEffect(() => {
    void session().begin();
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  return (
    <>
      <Announcer />
      <StopUnsent />
      {phase === "loading" ? <main className="loading" aria-busy="true"><span className="mark" aria-hidden="true" />{link === "down" ? <p role="status">{t("offline")}</p> : null}</main> : null}
      {phase === "out" || account?.must_change_password ? <SignIn /> : null}
      {phase === "in" && account !== null && !account.must_change_password ? <Shell /> : null}
    </>
  );
}
