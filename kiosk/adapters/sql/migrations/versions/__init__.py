"""The steps. The newest is `kiosk.adapters.sql.database.HEAD`."""
