"""Windows that hold or ask for passwords: they take no input unless the owner says so."""

from ..catalog.guard import WindowRule

_STORES = (
    "keepass|bitwarden|1password|lastpass|dashlane|enpass|nordpass|proton ?pass|protonpass|"
    "org.gnome.world.secrets|gnome-passwordsafe|seahorse|kwalletmanager|kwalletd|qtpass|buttercup|"
    "revelation|gorilla|passwordsafe|roboform"
)
_PROMPTS = (
    "pinentry|gcr-prompter|ssh-askpass|ksshaskpass|lxqt-openssh-askpass|x11-ssh-askpass|"
    "gnome-ssh-askpass|polkit|policykit|lxpolkit|xfce-polkit|gksu|kdesu|lxqt-sudo|"
    "credentialuibroker|consent\\.exe|logonui"
)
_LOCKS = (
    "i3lock|slock|swaylock|xsecurelock|xscreensaver|light-locker|gnome-screensaver|"
    "mate-screensaver|cinnamon-screensaver|xfce4-screensaver|kscreenlocker|physlock|lockapp\\.exe"
)

SECRET_WINDOWS = (
    WindowRule(app=f"(?i){_STORES}"),
    WindowRule(app=f"(?i){_PROMPTS}"),
    WindowRule(app=f"(?i){_LOCKS}"),
    WindowRule(title="(?i)^(authentication required|authenticate|windows security)$"),
)
