import AdminServer
import Testing
