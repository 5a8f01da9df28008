// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";

/** What the camera sees, while somebody wants to look: pictures of a home are not sent unasked. */
export function Camera() {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <details className="card camera" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("showCamera")}</summary>
      {open ? <Picture /> : null}
    </details>
  );
}

/** The newest picture, as long as it is on the screen. */
export function Picture() {
  const t = useTexts();
  const [address, setAddress] = useState("");
  useEffect(() => {
    let shown = "";
    const end = session().watchCamera((picture) => {
      URL.revokeObjectURL(shown);
      shown = URL.createObjectURL(picture);
      setAddress(shown);
    });
    return () => {
      end();
      URL.revokeObjectURL(shown);
    };
  }, []);
  return address === "" ? <p role="status">{t("noPicture")}</p> : <img src={address} alt={t("camera")} />;
}
